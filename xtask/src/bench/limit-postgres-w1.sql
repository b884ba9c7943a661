\set u random(1000, 100000)
begin;
insert into bench_limit.req(tenant, flow, requester, amount, status, data) values(1, 'expense', :u, 320, 'manager', '{"title": "taxi and hotel"}') returning id as rid \gset
insert into bench_limit.task(req, step, assignee, status) values(:rid, 'manager', :u, 'open') returning id as t1 \gset
insert into bench_limit.audit(req, actor, act, data) values(:rid, :u, 'created', '{"amount": 320}');
insert into bench_limit.outbox(topic, body) values('request.created', '{"amount": 320}');
commit;
begin;
update bench_limit.task set status='done', decided=now(), comment='ok' where id=:t1 and status='open';
insert into bench_limit.task(req, step, assignee, status) values(:rid, 'finance', :u, 'open') returning id as t2 \gset
update bench_limit.req set status='finance', rev=rev+1 where id=:rid and rev=0;
insert into bench_limit.audit(req, actor, act, data) values(:rid, :u, 'approved', '{"step": "manager"}');
insert into bench_limit.outbox(topic, body) values('task.approved', '{"step": "manager"}');
commit;
begin;
update bench_limit.task set status='done', decided=now(), comment='ok' where id=:t2 and status='open';
update bench_limit.req set status='approved', rev=rev+1 where id=:rid and rev=1;
insert into bench_limit.audit(req, actor, act, data) values(:rid, :u, 'approved', '{"step": "finance"}');
insert into bench_limit.outbox(topic, body) values('request.approved', '{"amount": 320}');
commit;
