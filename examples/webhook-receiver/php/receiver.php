<?php
// A webhook receiver in PHP, with what PHP has alone: verifies each delivery, and prints what happened.
// Usage: WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:9000 receiver.php        (several secrets: with a blank between them)

declare(strict_types=1);

const TOLERANCE_S = 300;
const BODY_BYTES_MAX = 4 << 20;

/** Why a delivery is not to be trusted; null if it is. $body are the bytes as they came. */
function fault(string $body): ?string
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || !preg_match('/^[0-9]{1,12}$/D', $timestamp)) {
        return 'no id or time';
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_S) {
        return 'signed too long ago, or in the future';
    }
    foreach (array_filter(explode(' ', (string) getenv('WEBHOOK_SECRET'))) as $secret) {
        $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
        if ($key === false || strlen($key) < 24) {
            throw new RuntimeException('WEBHOOK_SECRET is none: it was shown once, when the endpoint was made');
        }
        $wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
        foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $given) {
            if (hash_equals($wanted, $given)) {
                return null;
            }
        }
    }
    return 'no signature fits';
}

/** Whether this delivery is the first under its id. A real receiver keeps the id with its effect, in one transaction. */
function is_first(string $id): bool
{
    $seen = sys_get_temp_dir() . '/webhooks-seen';
    @mkdir($seen, 0700);
    return @fopen($seen . '/' . hash('sha256', $id), 'x') !== false;
}

function say(string $line): void
{
    file_put_contents('php://stdout', "$line\n");
}

$body = (string) file_get_contents('php://input', false, null, 0, BODY_BYTES_MAX + 1);
if (strlen($body) > BODY_BYTES_MAX) {
    http_response_code(413);
} elseif (($why = fault($body)) !== null) {
    say("refused: $why");
    http_response_code(401);
} else {
    if (is_first($_SERVER['HTTP_WEBHOOK_ID'])) {
        $event = json_decode($body, true, 64, JSON_THROW_ON_ERROR);
        say("verified {$event['type']} {$event['subject']}");
    } else {
        say("again {$_SERVER['HTTP_WEBHOOK_ID']}");
    }
    http_response_code(204);
}
