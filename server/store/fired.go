package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Fired gives messages of an alert from a seq on, ascending, at most limit. The
// first may be later: those before it are not kept any more.
func (s *Store) Fired(ctx context.Context, alert string, from int64, limit int) ([]server.Fired, error) {
	p, err := s.alertPartition(alert)
	if err != nil {
		return nil, err
	}
	start := strconv.FormatInt(max(from, 0), 10) + "-0"
	messages, err := s.client.XRangeN(ctx, s.tags.firedKey(p, alert), start, "+", int64(limit)).Result()
	if err != nil {
		return nil, fmt.Errorf("messages of alert %s: %w", alert, err)
	}
	return firedOf(messages), nil
}

// LastFired gives the newest messages of an alert before a seq, newest first; of
// all where it is 0.
func (s *Store) LastFired(ctx context.Context, alert string, before int64, limit int) ([]server.Fired, error) {
	p, err := s.alertPartition(alert)
	if err != nil {
		return nil, err
	}
	end := "+"
	if before > 0 {
		end = "(" + strconv.FormatInt(before, 10) + "-0"
	}
	messages, err := s.client.XRevRangeN(ctx, s.tags.firedKey(p, alert), end, "-", int64(limit)).Result()
	if err != nil {
		return nil, fmt.Errorf("messages of alert %s: %w", alert, err)
	}
	return firedOf(messages), nil
}

func firedOf(messages []redis.XMessage) []server.Fired {
	list := make([]server.Fired, len(messages))
	for i, m := range messages {
		seq, _ := parseID(m.ID)
		id, _ := m.Values["id"].(string)
		body, _ := m.Values["body"].(string)
		list[i] = server.Fired{Seq: seq, ID: id, At: integer(m.Values["at"]), Body: []byte(body)}
	}
	return list
}

// Attempts gives the newest lines of an alert's ledger, newest first, and where
// the rest begins. Those of the last seven days are kept.
func (s *Store) Attempts(ctx context.Context, alert, cursor string, limit int) ([]server.Attempt, string, error) {
	p, err := s.alertPartition(alert)
	if err != nil {
		return nil, "", err
	}
	messages, next, err := s.newest(ctx, s.tags.ledgerKey(p, alert), cursor, limit)
	if err != nil {
		return nil, "", fmt.Errorf("ledger of alert %s: %w", alert, err)
	}
	list := make([]server.Attempt, len(messages))
	for i, m := range messages {
		text := func(field string) string { v, _ := m.Values[field].(string); return v }
		number := func(field string) int64 { return integer(m.Values[field]) }
		list[i] = server.Attempt{
			ID: text("id"), Seq: number("seq"), Attempt: int(number("attempt")), At: number("at"), Took: number("took"),
			Status: int(number("status")), Error: text("error"), Outcome: text("outcome"), Next: number("next"),
		}
	}
	return list, next, nil
}

// DeadLetters gives the newest messages that were given up in a partition,
// newest first, and where the rest begins.
func (s *Store) DeadLetters(ctx context.Context, partition int, cursor string, limit int) ([]server.DeadLetter, string, error) {
	messages, next, err := s.newest(ctx, s.tags.deadKey(partition), cursor, limit)
	if err != nil {
		return nil, "", fmt.Errorf("dead letters of partition %d: %w", partition, err)
	}
	list := make([]server.DeadLetter, len(messages))
	for i, m := range messages {
		text := func(field string) string { v, _ := m.Values[field].(string); return v }
		list[i] = server.DeadLetter{
			Cursor: m.ID, Alert: text("alert"), Seq: integer(m.Values["seq"]), ID: text("id"), At: integer(m.Values["at"]), Why: text("why"),
		}
	}
	return list, next, nil
}

// newest reads a stream backwards from a cursor; next is empty at its end.
func (s *Store) newest(ctx context.Context, key, cursor string, limit int) (messages []redis.XMessage, next string, err error) {
	end := "+"
	if cursor != "" {
		if ms, ordinal := parseID(cursor); fmt.Sprintf("%d-%d", ms, ordinal) != cursor {
			return nil, "", server.Invalid("cursor", cursor, "form", "a cursor of an answer before")
		}
		end = "(" + cursor
	}
	messages, err = s.client.XRevRangeN(ctx, key, end, "-", int64(limit)).Result()
	if err == nil && len(messages) == limit {
		next = messages[limit-1].ID
	}
	return messages, next, err
}

// AlertLog is the store as the hub reads the messages of alerts.
type AlertLog struct{ Store *Store }

// Head is the seq of an alert's newest message, 0 before the first.
func (l AlertLog) Head(ctx context.Context, id string) (int64, error) {
	a, err := l.Store.Alert(ctx, id)
	if err != nil {
		return 0, err
	}
	return a.State.Fired, nil
}

// Replay gives messages of an alert as the outbox had them, from a seq on.
func (l AlertLog) Replay(ctx context.Context, id string, from int64, limit int) ([]server.Entry, error) {
	list, err := l.Store.Fired(ctx, id, from, limit)
	entries := make([]server.Entry, len(list))
	for i, f := range list {
		entries[i] = server.Entry{
			Channel: server.AlertsChannel(id), Type: "alert", Seq: f.Seq, ID: f.ID, Body: f.Body, At: time.UnixMilli(f.At),
		}
	}
	return entries, err
}
