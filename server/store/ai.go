package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// answerKey holds an answer of a model and expires.
func answerKey(name string) string { return "q:ai:answer:" + name }

// countKey holds a count that ends with its window.
func countKey(name string) string { return "q:ai:count:" + name }

// Cached gives an answer that is kept, nil where there is none.
func (s *Store) Cached(ctx context.Context, name string) ([]byte, error) {
	text, err := s.client.Get(ctx, answerKey(name)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cached answer: %w", err)
	}
	return text, nil
}

// Cache keeps an answer for a while.
func (s *Store) Cache(ctx context.Context, name string, answer []byte, keep time.Duration) error {
	if err := s.client.Set(ctx, answerKey(name), answer, keep).Err(); err != nil {
		return fmt.Errorf("cache answer: %w", err)
	}
	return nil
}

// Count adds n to a counter that ends with its window, begun by the first to
// count, and gives the sum.
func (s *Store) Count(ctx context.Context, name string, n int64, window time.Duration) (int64, error) {
	p := s.client.TxPipeline()
	p.SetNX(ctx, countKey(name), 0, window)
	sum := p.IncrBy(ctx, countKey(name), n)
	if _, err := p.Exec(ctx); err != nil {
		return 0, fmt.Errorf("count %s: %w", name, err)
	}
	return sum.Val(), nil
}
