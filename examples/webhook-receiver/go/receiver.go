// A webhook receiver in Go, with the standard library alone: verifies each delivery, and prints what happened.
//
// Usage: WEBHOOK_SECRET=whsec_… go run receiver.go [PORT]        (several secrets: with a blank between them)
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	tolerance    = 5 * time.Minute
	bodyBytesMax = 4 << 20
)

var (
	secrets [][]byte
	mutex   sync.Mutex
	seen    = map[string]bool{} // a real receiver keeps this with its effect, in one transaction
)

// fault says why a delivery is not to be trusted, and nothing if it is. body are the bytes as they came.
func fault(header http.Header, body []byte) string {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseUint(timestamp, 10, 40)
	if err != nil || id == "" {
		return "no id or time"
	}
	if age := time.Since(time.Unix(int64(seconds), 0)); age > tolerance || age < -tolerance {
		return "signed too long ago, or in the future"
	}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		fmt.Fprintf(mac, "%s.%s.", id, timestamp)
		mac.Write(body)
		wanted := mac.Sum(nil)
		for _, one := range strings.Fields(header.Get("webhook-signature")) {
			given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(one, "v1,"))
			if err == nil && strings.HasPrefix(one, "v1,") && hmac.Equal(given, wanted) {
				return ""
			}
		}
	}
	return "no signature fits"
}

func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytesMax))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if why := fault(r.Header, body); why != "" {
		fmt.Println("refused:", why)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	id := r.Header.Get("webhook-id")
	mutex.Lock()
	again := seen[id]
	seen[id] = true
	mutex.Unlock()
	if again {
		fmt.Println("again", id)
	} else {
		var event struct{ Type, Subject string }
		if err := json.Unmarshal(body, &event); err != nil {
			log.Fatal(err)
		}
		fmt.Println("verified", event.Type, event.Subject)
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	for _, secret := range strings.Fields(os.Getenv("WEBHOOK_SECRET")) {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			log.Fatal("WEBHOOK_SECRET is none: ", err)
		}
		secrets = append(secrets, key)
	}
	if len(secrets) == 0 {
		log.Fatal("WEBHOOK_SECRET is missing: it was shown once, when the endpoint was made")
	}
	port := "9000"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on 127.0.0.1:" + port)
	server := http.Server{Handler: http.HandlerFunc(receive), ReadTimeout: 15 * time.Second}
	log.Fatal(server.Serve(listener))
}
