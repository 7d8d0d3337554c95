package store

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"

	"encoding/json"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed commit.lua
var commitBody string

var commitScript = newScript(commitBody)

// Commit stores closed bars, in order and in one round trip, each whole or not
// at all. It gives one answer a bar. Where a bar of a series is refused, those
// of the same series behind it are refused too, since they follow one that is
// not there. After an outage the same call may be repeated.
// Where replicas are to confirm, a bar too few of them have in time is not
// committed: it is stored, and the repeat waits for them again.
func (s *Store) Commit(ctx context.Context, commits []server.Commit) []server.Committed {
	answers := make([]server.Committed, len(commits))
	calls := make([]call, 0, len(commits))
	places := make([]int, 0, len(commits))
	for i := range commits {
		c, err := s.commitCall(&commits[i])
		if err != nil {
			answers[i].Err = err
			continue
		}
		calls, places = append(calls, c), append(places, i)
	}
	replies, err := commitScript.runAll(ctx, s.client, calls)
	for n, i := range places {
		if err != nil {
			answers[i].Err = fmt.Errorf("commit of %s: %w", commits[i].Series, err)
			continue
		}
		if answers[i] = committed(&commits[i], replies[n]); answers[i].Err == nil {
			s.seen(commits[i].Series, commits[i].Candle.OpenTime)
		}
	}
	s.awaitReplicas(ctx, commits, answers)
	return answers
}

func (s *Store) commitCall(c *server.Commit) (call, error) {
	if err := checkOpenTime(c.Candle.OpenTime); err != nil {
		return call{}, err
	}
	n, keep := s.names(c.Series), &s.options.Retention
	snapshot, cipher, volume := 0, []byte(nil), []byte(nil)
	if c.Snapshot != nil {
		snapshot, cipher, volume = 1, c.Snapshot.Cipher, c.Snapshot.Volume
	}
	k := candleText(c.Candle)
	args := make([]any, 0, 21+2*len(c.Events))
	args = append(args, c.Lease.Owner, c.Lease.Fence, c.Candle.OpenTime, c.After,
		k[0], k[1], k[2], k[3], k[4], candleBody(c.Candle), n.barsChannel, n.signalsChannel,
		snapshot, cipher, volume, server.CheckpointEvery,
		keep.Candles, keep.Events, keep.Checkpoints, keep.Outbox.Milliseconds(), keep.Volumes)
	for i := range c.Events {
		body, err := json.Marshal(&c.Events[i])
		if err != nil {
			return call{}, fmt.Errorf("event %s of %s: %w", c.Events[i].ID, c.Series, err)
		}
		args = append(args, c.Events[i].ID, body)
	}
	keys := []string{n.lease, n.fence, n.candles, n.state, n.checkpoints, n.events, n.inbox, n.outbox, n.volumes}
	keys, args = s.firings(n.partition, c.Alerting, keys, args)
	return call{keys, args}, nil
}

// committed reads the script's answer.
func committed(c *server.Commit, reply *redis.Cmd) server.Committed {
	fields, err := reply.Slice()
	if err != nil {
		return server.Committed{Err: fmt.Errorf("commit of %s: %w", c.Series, err)}
	}
	status, _ := fields[0].(string)
	first, _ := fields[1].(int64)
	second, _ := fields[2].(int64)
	conflict := &server.Conflict{Series: c.Series, OpenTime: c.Candle.OpenTime, After: c.After, Last: first}
	switch status {
	case "ok", "already":
		return server.Committed{Bar: first, Signal: second, Already: status == "already"}
	case "fenced":
		return server.Committed{Err: fmt.Errorf("commit of %s: %w", c.Series, server.ErrFenced)}
	case "rules":
		return server.Committed{Err: fmt.Errorf("commit of %s: %w", c.Series, server.ErrRules)}
	case "conflict":
		return server.Committed{Err: conflict.Refusal()}
	case "differs":
		conflict.Differs = true
		return server.Committed{Err: conflict.Refusal()}
	case "unsnapped":
		return server.Committed{Err: fmt.Errorf("commit of %s: bar %d needs a snapshot, as each %dth does", c.Series, first, server.CheckpointEvery)}
	}
	return server.Committed{Err: fmt.Errorf("commit of %s: unknown answer %v", c.Series, fields)}
}

// ErrOpenTime names the times a store can hold.
var ErrOpenTime = errors.New("store: open times are ids of streams")

// checkOpenTime refuses times before 1970 by name: stream ids are not negative.
func checkOpenTime(open int64) error {
	if open >= 1 {
		return nil
	}
	refusal := server.Invalid("open_time", open, "min", "at least 1: the live store keeps bars after 1 January 1970")
	refusal.Err = ErrOpenTime
	return refusal
}

// candleText writes prices and volume as the stream keeps them: shortest form
// that reads back to the same bits.
func candleText(k core.Candle) [5][]byte {
	var b [5][]byte
	for i, v := range [5]float64{k.Open, k.High, k.Low, k.Close, k.Volume} {
		b[i] = server.AppendFloat(nil, v)
	}
	return b
}

// candleBody is the body of the bar's message.
func candleBody(k core.Candle) []byte {
	return append(server.AppendCandle([]byte{'{'}, k), '}')
}

func parseID(id string) (ms int64, ordinal int) {
	for i := range len(id) {
		if id[i] == '-' {
			ms, _ = strconv.ParseInt(id[:i], 10, 64)
			ordinal, _ = strconv.Atoi(id[i+1:])
			return ms, ordinal
		}
	}
	return 0, 0
}
