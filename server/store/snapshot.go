package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/quantum-signals/quantum/server"
)

// Snapshot gives the newest state of a series' engines and where its channels
// stand. The snapshot may be some bars behind the heads; those bars are among
// the candles. It is nil before the first.
func (s *Store) Snapshot(ctx context.Context, series server.Series) (*server.Snapshot, server.Heads, error) {
	before := s.mark(series)
	state, err := s.client.HMGet(ctx, s.names(series).state, "last", "bars", "signals", "snap", "cipher", "volume").Result()
	if err != nil {
		return nil, server.Heads{}, fmt.Errorf("snapshot of %s: %w", series, err)
	}
	now := heads(state)
	if err := s.proves(ctx, series, before, now.OpenTime); err != nil {
		return nil, server.Heads{}, fmt.Errorf("snapshot of %s: %w", series, err)
	}
	return snapshot(state[3], state[4], state[5]), now, nil
}

// Checkpoint gives the newest kept snapshot whose last bar opens before a time,
// or of all where before is 0. It is nil where there is none, and without
// Quantum Volume where it is an old one.
func (s *Store) Checkpoint(ctx context.Context, series server.Series, before64 int64) (*server.Snapshot, error) {
	kept, err := s.client.XRevRangeN(ctx, s.names(series).checkpoints, before(before64), "-", 1).Result()
	if err != nil {
		return nil, fmt.Errorf("checkpoint of %s: %w", series, err)
	}
	if len(kept) == 0 {
		return nil, nil
	}
	v, id := kept[0].Values, kept[0].ID
	volumes, err := s.client.XRange(ctx, s.names(series).volumes, id, id).Result()
	if err != nil {
		return nil, fmt.Errorf("volume checkpoint of %s: %w", series, err)
	}
	var volume any
	if len(volumes) > 0 {
		volume = volumes[0].Values["volume"]
	}
	return snapshot(v["snap"], v["cipher"], volume), nil
}

// snapshot puts together the fields of one; place is "open bars signals".
func snapshot(place, cipher, volume any) *server.Snapshot {
	text, ok := place.(string)
	if !ok {
		return nil
	}
	numbers := strings.Fields(text)
	if len(numbers) != 3 {
		return nil
	}
	c, _ := cipher.(string)
	v, _ := volume.(string)
	return &server.Snapshot{
		Cipher: []byte(c), Volume: []byte(v),
		OpenTime: integer(numbers[0]), Bars: integer(numbers[1]), Signals: integer(numbers[2]),
	}
}
