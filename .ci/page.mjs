// Opens the pages of docs/frontend.md in a browser, as a person would: in the inbox signs in, sees a task come by itself, decides it; then hears
// events with listen.mjs; then fills in a form.
// Usage: node --experimental-websocket .ci/page.mjs BASE FOLDER      (FOLDER holds the three files; needs chromium)

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { tmpdir } from "node:os";

const [base, folder] = process.argv.slice(2);
const site = createServer((request, response) => {
  response.setHeader("content-type", request.url.endsWith(".mjs") ? "text/javascript" : "text/html");
  response.end(["/inbox.html", "/form.html", "/listen.mjs"].includes(request.url) ? readFileSync(join(folder, request.url)) : "");
}).listen(0, "127.0.0.1");
await once(site, "listening");

const profile = mkdtempSync(join(tmpdir(), "page-"));
const browser = spawn("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
const address = await new Promise((found, missed) => {
  let said = "";
  browser.stderr.on("data", (part) => {
    said += part;
    const port = said.match(/DevTools listening on ws:\/\/([^/]+)/);
    if (port) found(port[1]);
  });
  browser.on("exit", () => missed(new Error(`the browser ended: ${said}`)));
});

async function api(token, path, body) {
  const answer = await fetch(`${base}/v1${path}`, {
    method: body ? "POST" : "GET",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

let failed;
try {
  const [page] = await (await fetch(`http://${address}/json`)).json();
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((open) => (socket.onopen = open));
  let last = 0;
  const waiting = new Map();
  const complaints = [];
  socket.onmessage = ({ data }) => {
    const { id, result, method, params } = JSON.parse(data);
    if (id) waiting.get(id)?.(result);
    else if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
  };
  const send = (method, params = {}) => new Promise((answered) => {
    waiting.set(++last, answered);
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  const see = async (expression) => (await send("Runtime.evaluate", { expression, returnByValue: true })).result.value;
  const until = async (what, expression) => {
    for (let tries = 0; tries < 150; tries += 1) {
      if (await see(expression)) return;
      await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`${what}: the page shows ${JSON.stringify(await see("document.body.innerText"))}; ${complaints.join("; ")}`);
  };
  await send("Runtime.enable");
  await send("Page.enable");
  await send("Page.navigate", { url: `http://localhost:${site.address().port}/inbox.html` });
  await until("no page", "!!document.querySelector('#sign-in button')");
  await see("document.querySelector('#sign-in button').click()");
  await until("not signed in", "/[0-9]+ open/.test(document.querySelector('#said').textContent)");

  const { access_token: hal } = await api(undefined, "/auth/login", { email: "hal@acme.example", password: "countersign-demo" });
  const form = { kind: "annual", dates: { start: "2028-06-05", end: "2028-06-09" } };
  const request = await api(hal, "/requests", { workflow: "leave", form });
  const line = "[...document.querySelectorAll('#tasks li')].find((line) => line.textContent.includes('2028-06-05'))";
  await until("a new task did not come by itself", `!!${line}`);
  await see(`[...${line}.querySelectorAll('button')].find((button) => button.textContent === 'approve').click()`);
  await until("a decided task stayed", `!${line}`);
  const { status } = await api(hal, `/requests/${request.id}`);
  if (status !== "approved") throw new Error(`the request is ${status}`);

  const { access_token: ivy } = await api(undefined, "/auth/login", { email: "ivy@acme.example", password: "countersign-demo" });
  await see(`window.heard = []; import("/listen.mjs").then(({ listen }) => {
    const headers = { Authorization: "Bearer ${ivy}", "Content-Type": "application/json" };
    let calls = 0;
    const call = async (method, path, body) => {
      if (++calls === 2) throw new TypeError("the network is away");
      return (await fetch("${base}/v1" + path, { method, headers, body: JSON.stringify(body) })).json();
    };
    listen("${base}/v1", call, ["oa.task.created", "oa.task.decided"], (event) => window.heard.push(event.type));
  }); 0`);
  for (let tries = 0; tries < 30 && (await see("window.heard.length")) === 0; tries += 1) {
    const day = new Date(Date.UTC(2031, 0, 6 + 7 * tries)).toISOString().slice(0, 10); // a Monday after the other
    await api(hal, "/requests", { workflow: "leave", form: { kind: "sick", dates: { start: day, end: day } } }); // until the stream is open there is nothing to hear
    await new Promise((later) => setTimeout(later, 300));
  }
  await until("listen.mjs heard nothing", "window.heard.includes('oa.task.created')");

  await send("Page.navigate", { url: `http://localhost:${site.address().port}/form.html` });
  await until("no form page", "!!document.querySelector('#sign-in [name=workflow]')");
  await see("document.querySelector('#sign-in button').click()");
  await until("the form is not drawn", "document.querySelectorAll('#form > div').length === 4 && document.querySelector('#row-kind b').textContent.endsWith('*')");
  await see("document.querySelector('#row-kind [value=unpaid]').click()");
  await until("the reason is not required", "document.querySelector('#row-reason b').textContent.endsWith('*')");
  await see("document.querySelector('#form button').click()");
  await until("no fault is shown", "document.querySelector('#row-dates em').textContent.includes('needed')");
  await see(`{
    const fill = (at, value) => { const input = document.querySelector(at); input.value = value; input.dispatchEvent(new Event("change", { bubbles: true })); };
    fill("#row-dates input", "2028-07-03");
    fill("#row-dates input:last-child", "2028-07-07");
    fill("#row-reason textarea", "Sailing");
  }`);
  await until("the form is not complete", "[...document.querySelectorAll('#form em')].every((fault) => fault.textContent === '')");
  await see("document.querySelector('#form button').click()");
  await until("the form is not submitted", "/LEA-.* is open. Manager/.test(document.querySelector('#said').textContent)");
  if (complaints.length > 0) throw new Error(complaints.join("; "));
  console.log("page: signed in, saw a task come by itself, decided it, heard events, filled in a form");
} catch (error) {
  failed = error;
}
browser.removeAllListeners("exit");
browser.kill();
await once(browser, "exit");
site.close();
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
if (failed) {
  console.log(`docs/frontend.md, its pages: ${failed.message}`);
  process.exit(1);
}
process.exit(0);
