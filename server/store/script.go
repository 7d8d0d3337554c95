package store

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"strings"

	"github.com/redis/go-redis/v9"
)

// script is one embedded Lua script, known to Redis by its digest.
type script struct {
	body, digest string
}

func newScript(body string) script {
	sum := sha1.Sum([]byte(body))
	return script{body, hex.EncodeToString(sum[:])}
}

// call is one run of a script.
type call struct {
	keys []string
	args []any
}

// run runs a script once.
func (s script) run(ctx context.Context, c redis.UniversalClient, keys []string, args ...any) (any, error) {
	answers, err := s.runAll(ctx, c, []call{{keys, args}})
	if err != nil {
		return nil, err
	}
	return answers[0].Result()
}

// runAll runs a script for each call in one round trip and in order. Each
// answer has its own error; the error of runAll means that nothing is known of
// any. Where Redis has forgotten the script, it is loaded and all calls are made
// again: every script of this package may be repeated.
func (s script) runAll(ctx context.Context, c redis.UniversalClient, calls []call) ([]*redis.Cmd, error) {
	answers := s.pipeline(ctx, c, calls)
	for _, a := range answers {
		if err := a.Err(); err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
			if err := c.ScriptLoad(ctx, s.body).Err(); err != nil {
				return nil, err
			}
			return s.pipeline(ctx, c, calls), nil
		}
	}
	return answers, nil
}

func (s script) pipeline(ctx context.Context, c redis.UniversalClient, calls []call) []*redis.Cmd {
	p := c.Pipeline()
	answers := make([]*redis.Cmd, len(calls))
	for i, call := range calls {
		answers[i] = p.EvalSha(ctx, s.digest, call.keys, call.args...)
	}
	// Exec's error is the first answer's; each answer keeps its own.
	_, _ = p.Exec(ctx)
	return answers
}
