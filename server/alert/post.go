package alert

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// What becomes of an attempt.
const (
	delivered = "delivered"
	again     = "retry"
	dead      = "dead"
	off       = "off"
)

// answer is what came of one POST.
type answer struct {
	status  int
	err     error
	outcome string
	after   time.Duration // as Retry-After asks
}

// text is the failure as the ledger has it; empty for none.
func (a answer) text() string {
	switch {
	case a.err != nil:
		return clipBytes(a.err.Error(), 300)
	case a.outcome != delivered:
		return "HTTP status " + strconv.Itoa(a.status)
	}
	return ""
}

func clipBytes(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// Sign gives the Quantum-Signature of a body at a moment, once for each secret:
// v1=hex(HMAC-SHA256(secret, timestamp "." body)).
func Sign(timestamp string, body []byte, secrets ...string) string {
	list := make([]string, len(secrets))
	for i, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(timestamp + "."))
		mac.Write(body)
		list[i] = "v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(list, ",")
}

// secrets are those that sign now.
func secrets(h *server.Webhook, now time.Time) []string {
	list := []string{h.Secret}
	if h.Former != "" && now.UnixMilli() < h.FormerUntil {
		list = append(list, h.Former)
	}
	return list
}

// maxAnswer is what is read of an answer, so that its connection may serve
// again: nobody looks at it.
const maxAnswer = 4 << 10

// post makes one attempt.
func (s *Sender) post(ctx context.Context, h *server.Webhook, alert string, f *server.Fired, attempt int) answer {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(f.Body))
	if err != nil {
		return answer{err: err, outcome: dead}
	}
	now := s.options.Clock()
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	request.GetBody = nil // the library repeats nothing by itself
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "Quantum-Webhook/1", "Idempotency-Key": f.ID,
		"Quantum-Event-Id": f.ID, "Quantum-Alert-Id": alert, "Quantum-Delivery-Attempt": strconv.Itoa(attempt),
		"Quantum-Timestamp": timestamp, "Quantum-Signature": Sign(timestamp, f.Body, secrets(h, now)...),
	} {
		request.Header.Set(name, value)
	}
	response, err := s.client.Do(request)
	if err != nil {
		if errors.Is(err, errAddress) {
			return answer{err: err, outcome: dead}
		}
		return answer{err: err, outcome: again}
	}
	_, _ = io.CopyN(io.Discard, response.Body, maxAnswer) // what follows does not matter
	_ = response.Body.Close()
	a := answer{status: response.StatusCode, after: retryAfter(response.Header.Get("Retry-After"), now)}
	switch code := response.StatusCode; {
	case code/100 == 2:
		a.outcome = delivered
	case code == http.StatusGone:
		a.outcome = off
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code/100 == 5:
		a.outcome = again
	case code/100 == 3:
		a.outcome, a.err = dead, fmt.Errorf("HTTP status %d: redirects are not followed", code)
	default:
		a.outcome = dead
	}
	return a
}

// retryAfter reads the header: seconds or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
