package store

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed settle.lua
var settleBody string

//go:embed promote.lua
var promoteBody string

//go:embed retire.lua
var retireBody string

var (
	settleScript  = newScript(settleBody)
	promoteScript = newScript(promoteBody)
	retireScript  = newScript(retireBody)
)

const (
	// senders is the consumer group all origins share.
	senders = "senders"
	// ledgerKept is how long attempts are remembered.
	ledgerKept = 7 * 24 * time.Hour
	// promoteMost bounds how many deliveries of a partition one script hands over.
	promoteMost = 500
)

// JoinSenders makes what senders share, where it is not there.
func (s *Store) JoinSenders(ctx context.Context) error {
	p := s.client.Pipeline()
	made := make([]*redis.StatusCmd, s.options.Partitions)
	for i := range made {
		made[i] = p.XGroupCreateMkStream(ctx, s.tags.sendKey(i), senders, "0")
	}
	_, _ = p.Exec(ctx) // each answer has its own error
	for _, m := range made {
		if err := m.Err(); err != nil && !redis.HasErrorPrefix(err, "BUSYGROUP") {
			return fmt.Errorf("join the senders: %w", err)
		}
	}
	return nil
}

// Deliveries waits a moment for deliveries that are due in partitions and takes
// them: at most count of each. Own ones are those this consumer took before and
// has not settled; then nothing is waited for. On a cluster the partitions must
// be one.
func (s *Store) Deliveries(ctx context.Context, consumer string, partitions []int, own bool, count int) ([]server.Delivery, error) {
	args := redis.XReadGroupArgs{Group: senders, Consumer: consumer, Count: int64(count), Block: followBlock}
	from := ">"
	if own {
		from, args.Block = "0", -1
	}
	of := make(map[string]int, len(partitions))
	for _, p := range partitions {
		of[s.tags.sendKey(p)] = p
		args.Streams = append(args.Streams, s.tags.sendKey(p))
	}
	for range partitions {
		args.Streams = append(args.Streams, from)
	}
	ctx, cancel := context.WithTimeout(ctx, followBlock+s.options.Timeout)
	defer cancel()
	reply, err := s.reader.XReadGroup(ctx, &args).Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if redis.HasErrorPrefix(err, "NOGROUP") { // Redis has lost it
		return nil, s.JoinSenders(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	var list []server.Delivery
	for _, stream := range reply {
		for _, m := range stream.Messages {
			list = append(list, parseDelivery(of[stream.Stream], m))
		}
	}
	return list, nil
}

// Together are the groups of partitions that Deliveries may be asked for at once.
func (s *Store) Together() [][]int {
	all := make([]int, s.options.Partitions)
	each := make([][]int, s.options.Partitions)
	for p := range all {
		all[p], each[p] = p, []int{p}
	}
	if s.kind == Cluster {
		return each
	}
	return [][]int{all}
}

// Claim takes over deliveries that other consumers hold for longer than idle:
// they are dead or stuck.
func (s *Store) Claim(ctx context.Context, consumer string, idle time.Duration, count int) ([]server.Delivery, error) {
	p := s.client.Pipeline()
	claims := make([]*redis.XAutoClaimCmd, s.options.Partitions)
	for i := range claims {
		claims[i] = p.XAutoClaim(ctx, &redis.XAutoClaimArgs{
			Stream: s.tags.sendKey(i), Group: senders, Consumer: consumer, MinIdle: idle, Start: "0", Count: int64(count),
		})
	}
	_, _ = p.Exec(ctx) // each answer has its own error
	var list []server.Delivery
	for i, c := range claims {
		messages, _, err := c.Result()
		if redis.HasErrorPrefix(err, "NOGROUP") {
			return list, s.JoinSenders(ctx)
		}
		if err != nil {
			return list, fmt.Errorf("claim deliveries: %w", err)
		}
		for _, m := range messages {
			list = append(list, parseDelivery(i, m))
		}
	}
	return list, nil
}

func parseDelivery(partition int, m redis.XMessage) server.Delivery {
	alert, _ := m.Values["alert"].(string)
	return server.Delivery{
		Partition: partition, Entry: m.ID, Alert: alert, Seq: integer(m.Values["seq"]),
		Attempts: int(integer(m.Values["attempts"])), Since: integer(m.Values["since"]),
	}
}

// Promote makes those deliveries due whose time has come.
func (s *Store) Promote(ctx context.Context, now time.Time) error {
	calls := make([]call, s.options.Partitions)
	for p := range calls {
		calls[p] = call{[]string{s.tags.dueKey(p), s.tags.sendKey(p)}, []any{now.UnixMilli(), promoteMost}}
	}
	return s.each(ctx, promoteScript, calls, "deliveries that are due")
}

// Retire deletes consumers that have done nothing for longer than idle and hold
// nothing.
func (s *Store) Retire(ctx context.Context, idle time.Duration) error {
	calls := make([]call, s.options.Partitions)
	for p := range calls {
		calls[p] = call{[]string{s.tags.sendKey(p)}, []any{senders, idle.Milliseconds()}}
	}
	return s.each(ctx, retireScript, calls, "consumers that are gone")
}

// each runs a script in all partitions and gives the first error.
func (s *Store) each(ctx context.Context, run script, calls []call, what string) error {
	answers, err := run.runAll(ctx, s.client, calls)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	for _, a := range answers {
		if err := a.Err(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

// Settle ends what was to be done with a delivery: with it the ledger gets its
// line, and the delivery is due again later, or the alert's next message is due
// now. It reports whether the delivery was still ours.
func (s *Store) Settle(ctx context.Context, d server.Delivery, end server.Settlement, now time.Time) (bool, error) {
	p, attempts := d.Partition, d.Attempts
	if end.Spent {
		attempts++
	}
	args := []any{senders, d.Entry, d.Alert, d.Seq, attempts, d.Since, end.Next, end.Dead, end.Off, now.UnixMilli(), ledgerKept.Milliseconds()}
	if a := end.Attempt; a != nil {
		args = append(args, "id", a.ID, "seq", a.Seq, "attempt", a.Attempt, "at", a.At, "took", a.Took,
			"status", a.Status, "error", a.Error, "outcome", a.Outcome, "next", a.Next)
	}
	keys := []string{
		s.tags.sendKey(p), s.tags.dueKey(p), s.tags.alertKey(p, d.Alert), s.tags.firedKey(p, d.Alert),
		s.tags.ledgerKey(p, d.Alert), s.tags.deadKey(p),
	}
	reply, err := settleScript.run(ctx, s.client, keys, args...)
	if err != nil {
		return false, fmt.Errorf("settle message %d of alert %s: %w", d.Seq, d.Alert, err)
	}
	return reply == int64(1), nil
}

// Resend asks for a stored message to be delivered again, whatever became of it,
// beside those that wait for their turn.
func (s *Store) Resend(ctx context.Context, alert, id string, now time.Time) error {
	p, err := s.alertPartition(alert)
	if err != nil {
		return err
	}
	for from := int64(1); ; {
		page, err := s.Fired(ctx, alert, from, 500)
		if err != nil {
			return err
		}
		for _, f := range page {
			if f.ID == id {
				member := strings.Join([]string{alert, fmt.Sprint(f.Seq), "0", fmt.Sprint(now.UnixMilli())}, " ")
				return s.client.ZAdd(ctx, s.tags.dueKey(p), redis.Z{Score: float64(now.UnixMilli()), Member: member}).Err()
			}
			from = f.Seq + 1
		}
		if len(page) == 0 {
			return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("alert %s keeps no message %.64q", alert, id)}
		}
	}
}
