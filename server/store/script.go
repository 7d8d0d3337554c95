package store

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"slices"

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

// runAll runs a script for each call in one round trip, those of a partition in
// order. Each answer has its own error; the error of runAll means that nothing is
// known of any. Where a Redis has forgotten the script it is told anew and the
// calls it refused are made again, with those of their partition behind them:
// another client may have told it meanwhile, and they were judged by what was not
// yet done. Every script of this package may be repeated.
func (s script) runAll(ctx context.Context, c redis.UniversalClient, calls []call) ([]*redis.Cmd, error) {
	answers := make([]*redis.Cmd, len(calls))
	s.pipeline(ctx, c, calls, answers, false)
	if slices.ContainsFunc(answers, forgotten) {
		s.pipeline(ctx, c, calls, answers, true)
	}
	return answers, nil
}

func forgotten(a *redis.Cmd) bool { return a.Err() != nil && redis.HasErrorPrefix(a.Err(), "NOSCRIPT") }

// pipeline makes every call; or, to tell the script anew, each partition's from
// the first that was refused for the want of it. That one carries its body: of all
// servers just those that miss it get it, and no other has to be there.
func (s script) pipeline(ctx context.Context, c redis.UniversalClient, calls []call, answers []*redis.Cmd, anew bool) {
	p := c.Pipeline()
	told := map[string]bool{}
	for i, call := range calls {
		switch tag := or(tagOf(call.keys[0]), call.keys[0]); {
		case !anew:
			answers[i] = p.EvalSha(ctx, s.digest, call.keys, call.args...)
		case told[tag]:
			answers[i] = p.EvalSha(ctx, s.digest, call.keys, call.args...)
		case forgotten(answers[i]):
			told[tag] = true
			answers[i] = p.Eval(ctx, s.body, call.keys, call.args...)
		}
	}
	// Exec's error is the first answer's; each answer keeps its own.
	_, _ = p.Exec(ctx)
}
