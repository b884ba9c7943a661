#!/usr/bin/env bash
# A walk through the API with curl, against a running demo: cargo run --release -- demo
# Usage: examples/quickstart.sh [BASE]     (needs curl and python3, which reads the JSON)
set -euo pipefail
BASE=${1:-http://127.0.0.1:8080}
API=$BASE/v1

field() { python3 -c 'import functools, json, sys; print(functools.reduce(lambda x, k: x[int(k)] if k.isdigit() else x[k], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }

sign_in() { # a first name of the sample company
  curl -sf "$API/auth/login" -H 'content-type: application/json' \
    -d "{\"email\": \"$1@acme.example\", \"password\": \"countersign-demo\"}" | field access_token
}

as() { # a token, then curl's words
  local token=$1
  shift
  curl -sf -H "authorization: Bearer $token" -H 'content-type: application/json' "$@"
}

HAL=$(sign_in hal)
IVY=$(sign_in ivy)
DAN=$(sign_in dan)

echo "1. Hal uploads a receipt and claims 1,800.00 for a laptop."
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n' > /tmp/receipt.$$.pdf
RECEIPT=$(curl -sf -H "authorization: Bearer $HAL" -F "file=@/tmp/receipt.$$.pdf;type=application/pdf;filename=receipt.pdf" "$API/files" | field id)
rm -f /tmp/receipt.$$.pdf
REQUEST=$(as "$HAL" "$API/requests" -d '{
  "workflow": "expense",
  "form": {"purpose": "Laptop", "amount": {"amount": "1800.00", "currency": "EUR"}, "category": "equipment",
           "spent_on": "2026-11-02", "receipt": ["'"$RECEIPT"'"]}}' | field id)
echo "   $REQUEST is $(as "$HAL" "$API/requests/$REQUEST" | field status)."

echo "2. Ivy, his manager, finds it in her inbox and approves."
TASK=$(as "$IVY" "$API/tasks?assignee=me&status=open&request=$REQUEST" | field data.0.id)
echo "   Why she: $(as "$IVY" "$API/tasks/$TASK" | field why)"
as "$IVY" "$API/tasks/$TASK/approve" -d '{"comment": "He needs it."}' > /dev/null

echo "3. Finance approves; Dan happens to be first."
TASK=$(as "$DAN" "$API/tasks?assignee=me&status=open&request=$REQUEST" | field data.0.id)
as "$DAN" "$API/tasks/$TASK/approve" -d '{}' > /dev/null
echo "   $REQUEST is $(as "$HAL" "$API/requests/$REQUEST" | field status)."

echo "4. Its history, in sentences:"
as "$HAL" "$API/requests/$REQUEST/history" | python3 -c '
import json, sys
for entry in json.load(sys.stdin)["data"]:
    print("   -", entry["text"])'

echo "5. Ann wins a deal; the contract request starts by itself."
ANN=$(sign_in ann)
DEAL=$(as "$ANN" "$API/deals?owner=me&status=open&limit=1" | field data.0.id)
as "$ANN" "$API/deals/$DEAL/win" -H "idempotency-key: quickstart-$DEAL" -d '{}' > /dev/null
for _ in $(seq 50); do
  CONTRACT=$(as "$ANN" "$API/deals/$DEAL" | python3 -c 'import json, sys; print((json.load(sys.stdin)["contract"] or {}).get("number") or "")')
  [ -n "$CONTRACT" ] && break
  CONTRACT=$(as "$ANN" "$API/requests?workflow=contract&sort=-created_at&limit=1" | python3 -c 'import json, sys; d = json.load(sys.stdin)["data"]; print(d[0]["number"] if d else "")')
  [ -n "$CONTRACT" ] && break
  sleep 0.1
done
echo "   $DEAL is won; its contract is ${CONTRACT:?no contract was started}."

echo "6. What must be refused: Hal deciding his own request."
OWN=$(as "$HAL" "$API/requests" -d '{"workflow": "leave", "form": {"kind": "annual", "dates": {"start": "2028-09-04", "end": "2028-09-08"}, "reason": "Skiing"}}' | field id)
TASK=$(as "$IVY" "$API/tasks?assignee=me&status=open&request=$OWN" | field data.0.id)
STATUS=$(curl -s -o /dev/null -w '%{http_code}' -X POST -H "authorization: Bearer $HAL" -H 'content-type: application/json' -d '{}' "$API/tasks/$TASK/approve")
[ "$STATUS" = 403 ] || [ "$STATUS" = 404 ]
echo "   refused with $STATUS."
