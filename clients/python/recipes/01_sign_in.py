"""Sign in, stay signed in after a restart, and sign out."""

from countersign import Client, Unauthenticated, api
from countersign.models import TokensView
from setting import BASE_URL

kept: list[TokensView | None] = []  # a program keeps them where only this person's programs read them

with Client(BASE_URL, on_tokens=kept.append) as client:
    client.sign_in("hal@acme.example", "countersign-demo")
    me = client.send(api.get_me())
    print(f"{me.name} works for {me.tenant.name} and may {len(me.scopes)} things")

# After a restart. Tokens are refreshed when they end; `on_tokens` hears of the new ones.
with Client(BASE_URL, tokens=kept[-1], on_tokens=kept.append) as client:
    assert client.send(api.get_me()).id == me.id
    client.sign_out()
    assert kept[-1] is None
    try:
        client.send(api.get_me())
        raise AssertionError("nobody is signed in")
    except Unauthenticated as problem:
        print(problem.detail)
