"""Sum up by currency what was approved: lists with conditions, and money that stays exact."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from countersign import api, id_of
from countersign.models import AccountView, SearchBody
from setting import signed_in

dan = signed_in("dan")
since = datetime.now(UTC) - timedelta(days=365)
totals: defaultdict[str, Decimal] = defaultdict(Decimal)
for claim in dan.each(api.list_requests(workflow="expense", status="approved", decided_at={"gte": since})):
    money = (claim.form or {}).get("amount")
    if money:
        totals[money["currency"]] += Decimal(money["amount"])  # an amount is a text, never a float
for currency, total in totals.items():
    print(f"{total:,.2f} {currency} of expenses approved")
assert totals

# A long filter, and the accounts in the same answer.
ann = signed_in("ann")
large = SearchBody(filter={"and": [{"status": {"eq": "open"}}, {"amount": {"gte": "55000"}}]}, sort="-amount")
for deal in ann.each(api.search_deals(large)):
    assert deal.amount
    print(f"{deal.name}: {deal.amount.amount} {deal.amount.currency}")
for deal in ann.each(api.list_deals(status="open", amount={"gte": "55000"}, expand=["account"])):
    account = deal.account.name if isinstance(deal.account, AccountView) else id_of(deal.account)
    print(f"{account} may buy {deal.name}")

sums = ann.send(api.summarize_deals(group_by="stage", status="open"))
print(f"{len(sums.data)} stages")
