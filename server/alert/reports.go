package alert

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

// page reads limit and the parameters of one more kind.
func page(r *http.Request, name string, to any) (limit int, err error) {
	most := int64(100)
	if err := readQuery(r, map[string]any{"limit": &most, name: to}); err != nil {
		return 0, err
	}
	if most < 1 || most > 1000 {
		return 0, server.Invalid("limit", most, "range", "from 1 to 1000")
	}
	return int(most), nil
}

// fired answers GET /alerts/{id}/fired: what the alert said, newest first.
func (s *Service) fired(w http.ResponseWriter, r *http.Request) error {
	var before int64
	limit, err := page(r, "before", &before)
	if err != nil {
		return err
	}
	if _, err := s.store.Alert(r.Context(), r.PathValue("id")); err != nil {
		return away(err)
	}
	list, err := s.store.LastFired(r.Context(), r.PathValue("id"), before, limit)
	if err != nil {
		return away(err)
	}
	fired := make([]json.RawMessage, len(list))
	for i, f := range list {
		fired[i] = append(strconv.AppendInt([]byte(`{"seq":`), f.Seq, 10), ',')
		fired[i] = append(fired[i], f.Body[1:]...)
	}
	return reply(w, http.StatusOK, map[string]any{"fired": fired})
}

// attempt is a line of the ledger as the API answers it.
type attempt struct {
	ID      string `json:"id"`
	Seq     int64  `json:"seq"`
	Attempt int    `json:"attempt"`
	At      int64  `json:"at"`
	Took    int64  `json:"took_ms"`
	Status  int    `json:"status"`
	Error   string `json:"error"`
	Outcome string `json:"outcome"`
	Next    int64  `json:"next_at"`
}

// deliveries answers GET /alerts/{id}/deliveries: attempts, newest first.
func (s *Service) deliveries(w http.ResponseWriter, r *http.Request) error {
	var cursor string
	limit, err := page(r, "cursor", &cursor)
	if err != nil {
		return err
	}
	if _, err := s.store.Alert(r.Context(), r.PathValue("id")); err != nil {
		return away(err)
	}
	list, more, err := s.store.Attempts(r.Context(), r.PathValue("id"), cursor, limit)
	if err != nil {
		return away(err)
	}
	lines := make([]attempt, len(list))
	for i, a := range list {
		lines[i] = attempt(a)
	}
	return reply(w, http.StatusOK, map[string]any{"deliveries": lines, "cursor": more})
}

// letter is a dead letter as the API answers it.
type letter struct {
	ID    string `json:"id"`
	Alert string `json:"alert"`
	Seq   int64  `json:"seq"`
	At    int64  `json:"at"`
	Why   string `json:"why"`
}

// deadLetters answers GET /alerts/dead-letters: messages that were given up, newest
// first.
func (s *Service) deadLetters(w http.ResponseWriter, r *http.Request) error {
	var before int64
	limit, err := page(r, "before", &before)
	if err != nil {
		return err
	}
	cursor := ""
	if before > 0 {
		cursor = strconv.FormatInt(before, 10) + "-0"
	}
	letters := []letter{}
	for p := range s.store.Partitions() {
		list, _, err := s.store.DeadLetters(r.Context(), p, cursor, limit)
		if err != nil {
			return away(err)
		}
		for _, d := range list {
			letters = append(letters, letter{d.ID, d.Alert, d.Seq, d.At, d.Why})
		}
	}
	slices.SortStableFunc(letters, func(a, b letter) int { return int(b.At - a.At) })
	return reply(w, http.StatusOK, map[string]any{"dead_letters": letters[:min(limit, len(letters))]})
}

// replay answers POST /alerts/{id}/deliveries/{delivery}/replay: the message is sent
// again under its own id.
func (s *Service) replay(w http.ResponseWriter, r *http.Request) error {
	a, err := s.store.Alert(r.Context(), r.PathValue("id"))
	if err != nil {
		return away(err)
	}
	if a.Webhook == nil {
		return &server.Error{Code: server.CodeConflict, Detail: "alert " + a.ID + " has no webhook to send to"}
	}
	if err := s.store.Resend(r.Context(), a.ID, r.PathValue("delivery"), s.options.Clock()); err != nil {
		return away(err)
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// test answers POST /alerts/test: the stored bars at which an alert would have
// fired, by its options.
func (s *Service) test(w http.ResponseWriter, r *http.Request) error {
	q, err := s.readRequest(w, r)
	if err != nil {
		return err
	}
	series, err := s.series(r.Context(), q)
	if err != nil {
		return err
	}
	candles, err := s.store.Candles(r.Context(), series, server.CandleRange{Limit: s.options.Bars})
	if err != nil {
		return away(err)
	}
	a := &server.Alert{Series: series}
	s.fill(a, q)
	matches, err := s.rehearse(r, a, candles)
	if err != nil {
		return err
	}
	const most = 1000
	return reply(w, http.StatusOK, map[string]any{
		"bars": candles.Len(), "count": len(matches), "matches": matches[max(0, len(matches)-most):],
	})
}

// match is a bar at which an alert would have fired.
type match struct {
	OpenTime int64           `json:"open_time"`
	Price    json.RawMessage `json:"price"`
	Message  string          `json:"message"`
}
