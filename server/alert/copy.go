package alert

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/server"
)

// Export writes all alerts, one a line, as GET /alerts lists them. With secrets the
// lines have the URLs and secrets of webhooks as well: without those an import can
// restore no webhook.
func (s *Service) Export(ctx context.Context, to io.Writer, secrets bool) (count int, err error) {
	all, err := s.store.Alerts(ctx)
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(to)
	for _, a := range all {
		v := s.show(a, "")
		if h := a.Webhook; h != nil && secrets {
			v.Webhook.URL, v.Webhook.Secret = h.URL, h.Secret
		}
		text, err := json.Marshal(v)
		if err != nil {
			return 0, err
		}
		_, _ = out.Write(append(text, '\n')) // the first error stays with out
	}
	return len(all), out.Flush()
}

// copied is what a line of a copy has beside a request.
type copied struct {
	id, status       string
	created, updated int64
	fired, last      int64
	host, off        string // of the webhook
}

func (c *copied) addTo(f *form) {
	f.texts["id"], f.texts["status"] = &c.id, &c.status
	f.numbers["created_at"], f.numbers["updated_at"], f.numbers["fired"], f.numbers["last_fired"] = &c.created, &c.updated, &c.fired, &c.last
}

// Imported is what an import did, in alerts.
type Imported struct{ Added, Changed, Same int }

// maxLine bounds a line of a copy.
const maxLine = maxBody

// Import stores the alerts of a copy under their ids; in a store of another number
// of partitions the part of the id before _ may change. One that is there as the
// line has it is left alone, another is replaced, so that importing twice is
// importing once. Nothing is stored unless every line is good; what the store then
// refuses is told, and does not keep it from the rest. Errors name line and field.
func (s *Service) Import(ctx context.Context, from io.Reader) (Imported, error) {
	var done Imported
	all, err := s.store.Alerts(ctx)
	if err != nil {
		return done, err
	}
	there := make(map[string]*server.Alert, len(all))
	for _, a := range all {
		there[a.ID] = a
	}
	list, err := s.readCopy(from, there)
	if err != nil {
		return done, err
	}
	var wrong []error
	for _, r := range list {
		former := there[r.alert.ID]
		if former != nil && same(former, r.alert) {
			done.Same++
			continue
		}
		if err := s.store.RestoreAlert(ctx, r.alert, s.options.Limit); err != nil {
			wrong = append(wrong, atLine(r.n, err))
			continue
		}
		if former == nil {
			done.Added++
		} else {
			done.Changed++
		}
	}
	return done, errors.Join(wrong...)
}

// line is an alert and its place in a copy.
type line struct {
	n     int
	alert *server.Alert
}

// readCopy reads a whole copy, and tells all that is wrong with it.
func (s *Service) readCopy(from io.Reader, there map[string]*server.Alert) ([]line, error) {
	var list []line
	var wrong []error
	places := map[string]int{} // of ids
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	n := 1
	for ; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		a, err := s.restored(text, there)
		if err == nil && places[a.ID] > 0 {
			err = server.Invalid("/id", a.ID, "unique", fmt.Sprintf("in the copy once, and is that of line %d", places[a.ID]))
		}
		if err != nil {
			wrong = append(wrong, atLine(n, err))
			continue
		}
		places[a.ID] = n
		list = append(list, line{n, a})
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		wrong = append(wrong, fmt.Errorf("line %d: longer than %d bytes, no alert is", n, maxLine))
	} else if err != nil {
		return nil, err
	}
	return list, errors.Join(wrong...)
}

// restored is the alert of a line.
func (s *Service) restored(text []byte, there map[string]*server.Alert) (*server.Alert, error) {
	var issues server.Issues
	var c copied
	q, err := parseRequest(text, &c, &issues)
	if err != nil {
		return nil, err
	}
	_, random, ok := strings.Cut(c.id, "_")
	if !ok || random == "" || len(c.id) > 64 || strings.ContainsFunc(random, func(r rune) bool { return r <= ' ' || r > '~' }) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/id", Value: clipBytes(c.id, 60), Rule: "form", Bound: "that of an alert, as in a07_XXXX"})
	}
	if c.status != "" && !slices.Contains([]string{"active", "done", "expired"}, c.status) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/status", Value: clipBytes(c.status, 60), Rule: "oneof", Bound: "one of active, done, expired"})
	}
	series, err := server.ParseSeries(q.Market + ":" + q.Interval)
	a := &server.Alert{}
	if err == nil {
		id := s.store.NewAlertID(series.Market, random)
		if now := there[id]; now != nil {
			if *a = *now; now.Series.Market != series.Market {
				issues.Add(server.CodeInvalid, server.Field{Pointer: "/market", Value: q.Market, Rule: "fixed", Bound: "that of the alert as it is there, " + now.Series.Market.String()})
			}
		}
		a.ID, a.Series, a.State = id, series, server.AlertState{}
	}
	c.settle(q, a, &issues)
	s.check(q, &issues)
	if err := issues.Err(); err != nil {
		return nil, err
	}
	s.fill(a, q)
	if c.created > 0 {
		a.CreatedAt = c.created
	}
	if c.updated > 0 {
		a.UpdatedAt = c.updated
	}
	a.State.Done, a.State.Last, a.State.Off = c.status == "done" && a.Once, c.last, c.off
	return a, nil
}

// settle says what a line's webhook is: of one that has no URL, that of the alert
// as it is there, if it leads to the same host.
func (c *copied) settle(q *request, a *server.Alert, issues *server.Issues) {
	if !q.given["webhook"] || q.hook.null {
		return
	}
	if !q.hook.given["url"] && a.Webhook != nil && host(a.Webhook.URL) == c.host {
		q.hook.url = a.Webhook.URL
	}
	if q.hook.url == "" {
		delete(q.given, "webhook")
		issues.Add(server.CodeInvalid, server.Field{
			Pointer: "/webhook/url", Rule: "required", Bound: "a URL, which copies made with secrets have; null for an alert without a webhook",
		})
	} else if !q.hook.given["secret"] && a.Webhook == nil {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/webhook/secret", Rule: "required", Bound: "a secret, which copies made with secrets have"})
	}
}

// same tells whether two alerts say the same to the same, whatever became of them.
func same(a, b *server.Alert) bool {
	plain := func(a *server.Alert) server.Alert {
		v := *a
		v.State, v.CreatedAt, v.UpdatedAt, v.Webhook = server.AlertState{}, 0, 0, nil
		return v
	}
	hook := func(a *server.Alert) (h server.Webhook) {
		if a.Webhook != nil {
			h.URL, h.Secret = a.Webhook.URL, a.Webhook.Secret
		}
		return h
	}
	return plain(a) == plain(b) && hook(a) == hook(b)
}

// atLine says where an error is, each field on a line of its own.
func atLine(n int, err error) error {
	var refused *server.Error
	if !errors.As(err, &refused) || len(refused.Fields) == 0 {
		return fmt.Errorf("line %d: %w", n, err)
	}
	var list []error
	for _, f := range refused.Fields {
		list = append(list, fmt.Errorf("line %d: %s", n, f))
	}
	return errors.Join(list...)
}
