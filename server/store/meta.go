package store

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// schema is the version of keys, fields and scripts. A store of another
// version is refused.
const schema = "2"

// fixMeta writes what the first start decides and checks what a later one
// finds: partitions and schema must be the same, the epoch is taken over.
func (s *Store) fixMeta(ctx context.Context) error {
	p := s.client.TxPipeline()
	p.HSetNX(ctx, metaKey(), "partitions", s.options.Partitions)
	p.HSetNX(ctx, metaKey(), "schema", schema)
	p.HSetNX(ctx, metaKey(), "epoch", newEpoch())
	all := p.HGetAll(ctx, metaKey())
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("meta of the store: %w", err)
	}
	meta := all.Val()
	if got := meta["schema"]; got != schema {
		return fmt.Errorf("schema of the store is %q, must be %q: begin an empty one, with another DATA_DIR or database", got, schema)
	}
	if got, want := meta["partitions"], strconv.Itoa(s.options.Partitions); got != want {
		return fmt.Errorf("partitions is %s, must be %s: the store was made with that number", want, got)
	}
	s.past.epoch = meta["epoch"]
	return nil
}

// newEpoch is a short random word.
func newEpoch() string {
	var b [5]byte
	rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// awaitReady waits until the server answers and has loaded its data, or ctx
// ends, at most half a minute.
func (s *Store) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		err := s.Ping(ctx)
		if err == nil || s.named() && !loading(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func loading(err error) bool { return strings.HasPrefix(err.Error(), "LOADING") }
