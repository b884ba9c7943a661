// The API's reference, with a token for "Test request" from one click: a list of the sample people in the demo, mail address and
// password elsewhere. The token is kept in this page alone, and renewed before it ends.

const byId = (id) => document.getElementById(id);

const reference = Scalar.createApiReference("#reference", {
  url: "/openapi.json",
  layout: "modern",
  theme: "default",
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  persistAuth: false,
  authentication: { preferredSecurityScheme: "bearer" },
});

const ask = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? said.title ?? answer.statusText);
  return said;
};

const say = (text) => {
  byId("signed-in").textContent = text;
};

let renewal;

const use = (session, who) => {
  reference.updateConfiguration({
    ...reference.getConfiguration(),
    authentication: {
      preferredSecurityScheme: "bearer",
      securitySchemes: { bearer: { token: session.access_token } },
    },
  });
  say(`Signed in as ${who}`);
  clearTimeout(renewal);
  const before = Math.max(session.expires_in - 30, 5);
  renewal = setTimeout(async () => {
    try {
      use(await ask("/v1/auth/refresh", { refresh_token: session.refresh_token }), who);
    } catch (error) {
      say(`Signed out: ${error.message}`);
    }
  }, before * 1000);
};

const signIn = async (email, password, who) => {
  say("…");
  try {
    use(await ask("/v1/auth/login", { email, password }), who);
  } catch (error) {
    say(error.message);
  }
};

const offer = async () => {
  const { password, people } = await (await fetch("people.json")).json();
  const list = byId("people");
  if (people.length > 0) {
    list.add(new Option("Sign in as …", ""));
    for (const { email, name, title, company } of people) {
      list.add(new Option(`${name}, ${title} (${company})`, email));
    }
    list.addEventListener("change", () => {
      if (list.value) signIn(list.value, password, list.selectedOptions[0].text);
    });
  }
  list.hidden = people.length === 0;
  byId("words").hidden = people.length > 0;
  for (const input of byId("words").querySelectorAll("input")) input.disabled = people.length > 0;
  byId("sign-in").hidden = false;
};

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const [email, password] = [byId("email"), byId("password")];
  signIn(email.value, password.value, email.value);
  password.value = "";
});

offer();
