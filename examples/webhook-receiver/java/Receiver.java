// A webhook receiver in Java, with what the JDK has alone: verifies each delivery, and prints what happened.
// Usage: WEBHOOK_SECRET=whsec_… java Receiver.java [PORT]        (Java 17; several secrets: with a blank between them)

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receiver {
    static final long TOLERANCE_S = 300;
    static final int BODY_BYTES_MAX = 4 << 20;
    static final List<byte[]> SECRETS = Arrays.stream(System.getenv("WEBHOOK_SECRET").trim().split(" +"))
            .map(secret -> Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")))
            .toList();
    static final Set<String> seen = ConcurrentHashMap.newKeySet(); // a real receiver keeps this with its effect, in one transaction

    /** Why a delivery is not to be trusted; null if it is. `body` are the bytes as they came. */
    static String fault(Headers headers, byte[] body) throws GeneralSecurityException {
        String id = headers.getFirst("webhook-id");
        String timestamp = headers.getFirst("webhook-timestamp");
        String signatures = headers.getFirst("webhook-signature");
        if (id == null || timestamp == null || !timestamp.matches("[0-9]{1,12}")) return "no id or time";
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_S) return "signed too long ago, or in the future";
        for (byte[] secret : SECRETS) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            String wanted = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            for (String given : signatures == null ? new String[0] : signatures.split(" ")) {
                if (MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8))) return null;
            }
        }
        return "no signature fits";
    }

    static int receive(HttpExchange exchange) throws IOException, GeneralSecurityException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) return 413;
        String why = fault(exchange.getRequestHeaders(), body);
        if (why != null) {
            System.out.println("refused: " + why);
            return 401;
        }
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        if (!seen.add(id)) {
            System.out.println("again " + id);
            return 204;
        }
        String event = new String(body, StandardCharsets.UTF_8);
        System.out.println("verified " + member(event, "type") + " " + member(event, "subject"));
        return 204;
    }

    /** The JDK reads no JSON. What stands in the envelope before `data` can be found so; for all else take your JSON library. */
    static String member(String json, String name) {
        var found = Pattern.compile("\"" + name + "\":\"([^\"\\\\]*)\"").matcher(json);
        return found.find() ? found.group(1) : "?";
    }

    public static void main(String[] arguments) throws IOException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9000;
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", exchange -> {
            int status = 500;
            try (exchange) {
                try {
                    status = receive(exchange);
                } catch (GeneralSecurityException | RuntimeException error) {
                    error.printStackTrace();
                }
                exchange.sendResponseHeaders(status, -1);
            }
        });
        server.start();
        System.out.println("listening on 127.0.0.1:" + port);
    }
}
