"""Upload a receipt, claim it, and download it again."""

import tempfile
from pathlib import Path

from countersign import api
from countersign.models import NewRequest
from setting import signed_in

hal = signed_in("hal")
with tempfile.TemporaryDirectory() as folder:
    receipt = Path(folder) / "receipt.pdf"
    receipt.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    file = hal.upload(receipt)
    money = {"amount": "1800.00", "currency": "EUR"}
    form = {"purpose": "Laptop", "amount": money, "category": "equipment", "spent_on": "2026-11-02", "receipt": [file.id]}
    claim = hal.send(api.create_request(NewRequest(workflow="expense", form=form)))
    print(f"{claim.number} carries {file.name}: {file.size} bytes of {file.media_type}")

    assert hal.download(file.id) == receipt.read_bytes()
    hal.save(file.id, Path(folder) / "again.pdf")  # streams what is large
    assert (Path(folder) / "again.pdf").read_bytes() == receipt.read_bytes()

# A link that works for five minutes without signing in.
link = hal.send(api.get_file_link(file.id))
print(f"It can be had until {link.expires_at:%H:%M}.")
