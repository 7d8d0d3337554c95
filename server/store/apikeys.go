package store

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed take.lua
var takeBody string

var takeScript = newScript(takeBody)

// apiKeysKey holds the API keys: SHA-256 of each to what is known of it. One
// field a key.
func apiKeysKey() string { return "q:keys" }

// bucketKey is the token bucket of a key or address. It expires when it is full
// again.
func bucketKey(whose string) string { return "q:rate:" + whose }

// AddAPIKey keeps a key by the SHA-256 of its text.
func (s *Store) AddAPIKey(ctx context.Context, sum string, k server.APIKey) error {
	body, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := s.client.HSet(ctx, apiKeysKey(), sum, body).Err(); err != nil {
		return fmt.Errorf("keep key %s: %w", k.ID, err)
	}
	return nil
}

// APIKey finds a key by the SHA-256 of its text; nil where there is none.
func (s *Store) APIKey(ctx context.Context, sum string) (*server.APIKey, error) {
	body, err := s.client.HGet(ctx, apiKeysKey(), sum).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up a key: %w", err)
	}
	var k server.APIKey
	if err := json.Unmarshal(body, &k); err != nil {
		return nil, fmt.Errorf("look up a key: %w", err)
	}
	return &k, nil
}

// APIKeys lists the keys, oldest first.
func (s *Store) APIKeys(ctx context.Context) ([]server.APIKey, error) {
	all, err := s.client.HVals(ctx, apiKeysKey()).Result()
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	list := make([]server.APIKey, len(all))
	for i, body := range all {
		if err := json.Unmarshal([]byte(body), &list[i]); err != nil {
			return nil, fmt.Errorf("list keys: %w", err)
		}
	}
	slices.SortFunc(list, func(a, b server.APIKey) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// DropAPIKey forgets the key of that id and tells whether there was one.
func (s *Store) DropAPIKey(ctx context.Context, id string) (bool, error) {
	all, err := s.client.HGetAll(ctx, apiKeysKey()).Result()
	if err != nil {
		return false, fmt.Errorf("drop key %s: %w", id, err)
	}
	for sum, body := range all {
		var k server.APIKey
		if err := json.Unmarshal([]byte(body), &k); err != nil || k.ID != id {
			continue
		}
		gone, err := s.client.HDel(ctx, apiKeysKey(), sum).Result()
		if err != nil {
			return false, fmt.Errorf("drop key %s: %w", id, err)
		}
		return gone > 0, nil
	}
	return false, nil
}

// Take takes tokens out of the bucket of a key or address, which holds size and
// gains rate a second.
func (s *Store) Take(ctx context.Context, whose string, rate float64, size, want int) (server.Tokens, error) {
	answer, err := takeScript.run(ctx, s.client, []string{bucketKey(whose)}, rate, size, want)
	if err != nil {
		return server.Tokens{}, fmt.Errorf("rate of %s: %w", whose, err)
	}
	list, _ := answer.([]any)
	if len(list) != 3 {
		return server.Tokens{}, fmt.Errorf("rate of %s: unknown answer %v", whose, answer)
	}
	granted, _ := list[0].(int64)
	left, _ := list[1].(int64)
	wait, _ := list[2].(int64)
	return server.Tokens{Granted: int(granted), Left: int(left), Wait: time.Duration(wait) * time.Millisecond}, nil
}
