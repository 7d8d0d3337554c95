package store

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed seek.lua
var seekBody string

var seekScript = newScript(seekBody)

// Replay gives stored messages of a bars or signals channel from a seq on,
// ascending, at most limit. Where the first one's seq is higher than from, those
// before it are no longer kept. Bodies and ids are those of the outbox.
func (s *Store) Replay(ctx context.Context, channel string, from int64, limit int) ([]server.Entry, error) {
	kind, name, _ := strings.Cut(channel, ":")
	series, err := server.ParseSeries(name)
	if err != nil {
		return nil, err
	}
	n := s.names(series)
	key, field := n.candles, "n"
	switch kind {
	case "bars":
	case "signals":
		key, field = n.events, "seq"
	default:
		return nil, server.Invalid("ch", channel, "oneof", "bars:<series> or signals:<series>")
	}
	reply, err := seekScript.run(ctx, s.client, []string{key}, field, from, limit)
	if err != nil {
		return nil, fmt.Errorf("replay of %s from %d: %w", channel, from, err)
	}
	messages, err := parseMessages(reply)
	if err != nil {
		return nil, fmt.Errorf("replay of %s from %d: %w", channel, from, err)
	}
	entries := make([]server.Entry, 0, len(messages))
	for _, m := range messages {
		e, err := storedEntry(channel, kind, m)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// storedEntry makes of a stored candle or event the entry the outbox had.
func storedEntry(channel, kind string, m redis.XMessage) (server.Entry, error) {
	if kind == "bars" {
		k, seq, err := parseCandle(m)
		id, _, _ := strings.Cut(m.ID, "-")
		return server.Entry{Channel: channel, Type: "bar", Seq: seq, ID: id, Body: candleBody(k)}, err
	}
	id, _ := m.Values["id"].(string)
	body, _ := m.Values["body"].(string)
	return server.Entry{
		Channel: channel, Type: "event", Seq: integer(m.Values["seq"]), ID: id, Body: []byte(body),
		At: time.UnixMilli(integer(m.Values["at"])),
	}, nil
}

// parseMessages reads stream entries a script gave back.
func parseMessages(reply any) ([]redis.XMessage, error) {
	list, ok := reply.([]any)
	if !ok {
		return nil, fmt.Errorf("unknown answer %v", reply)
	}
	messages := make([]redis.XMessage, len(list))
	for i, item := range list {
		entry, ok := item.([]any)
		if !ok || len(entry) != 2 {
			return nil, fmt.Errorf("entry %d is %v", i, item)
		}
		id, _ := entry[0].(string)
		fields, _ := entry[1].([]any)
		values := make(map[string]any, len(fields)/2)
		for f := 0; f+1 < len(fields); f += 2 {
			name, _ := fields[f].(string)
			values[name] = fields[f+1]
		}
		messages[i] = redis.XMessage{ID: id, Values: values}
	}
	return messages, nil
}
