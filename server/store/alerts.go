package store

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

//go:embed alert_put.lua
var alertPutBody string

//go:embed alert_delete.lua
var alertDeleteBody string

var (
	alertPutScript    = newScript(alertPutBody)
	alertDeleteScript = newScript(alertDeleteBody)
)

// revisionField is where the rules of a partition keep their revision.
const revisionField = "revision"

// storedAlert is an alert as Redis has it.
type storedAlert struct {
	Series string `json:"series"`
	server.Alert
}

// NewAlertID makes the id of an alert on a market: random, and naming the
// partition, so that everything of the alert is found by its id.
func (s *Store) NewAlertID(m server.Market, random string) string {
	return fmt.Sprintf("a%02d_%s", s.Partition(m), random)
}

// alertPartition is the partition an id names.
func (s *Store) alertPartition(id string) (int, error) {
	if number, _, ok := strings.Cut(strings.TrimPrefix(id, "a"), "_"); ok && len(number) == 2 && len(id) <= 64 {
		if p, err := strconv.ParseUint(number, 10, 8); err == nil && int(p) < s.options.Partitions {
			return int(p), nil
		}
	}
	return 0, noAlert(id)
}

func noAlert(id string) error {
	return &server.Error{Code: server.CodeNotFound, Detail: fmt.Sprintf("there is no alert %.64q", id)}
}

// AddAlert stores a new alert, at most limit in its partition.
func (s *Store) AddAlert(ctx context.Context, a *server.Alert, limit int) error {
	return s.putAlert(ctx, a, limit, "new", server.AlertState{})
}

// SetAlert replaces an alert. It is armed again, and counts bars from now on.
func (s *Store) SetAlert(ctx context.Context, a *server.Alert) error {
	return s.putAlert(ctx, a, 0, "there", server.AlertState{})
}

// RestoreAlert stores an alert, whether it is there or not, with the state it
// brings: when it fired last, whether it is done, and why its webhook is off. At
// most limit are kept in its partition.
func (s *Store) RestoreAlert(ctx context.Context, a *server.Alert, limit int) error {
	return s.putAlert(ctx, a, limit, "any", a.State)
}

func (s *Store) putAlert(ctx context.Context, a *server.Alert, limit int, must string, state server.AlertState) error {
	p, err := s.alertPartition(a.ID)
	if err != nil {
		return err
	}
	if own := s.Partition(a.Series.Market); own != p {
		return fmt.Errorf("alert %s is of partition %d, its series %s of %d", a.ID, p, a.Series, own)
	}
	text, err := json.Marshal(storedAlert{a.Series.String(), *a})
	if err != nil {
		return err
	}
	keys := []string{s.tags.rulesKey(p), s.tags.alertKey(p, a.ID), s.names(a.Series).state}
	reply, err := alertPutScript.run(ctx, s.client, keys, a.ID, text, limit, must, state.Last, state.Done, state.Off)
	if err != nil {
		return fmt.Errorf("alert %s: %w", a.ID, err)
	}
	fields, _ := reply.([]any)
	if len(fields) != 2 {
		return fmt.Errorf("alert %s: unknown answer %v", a.ID, reply)
	}
	switch fields[0] {
	case "ok":
		return nil
	case "missing":
		return noAlert(a.ID)
	case "empty":
		return &server.Error{Code: server.CodeConflict, Detail: a.Series.String() + " has no bar yet; an alert counts the bars after the last one"}
	case "full":
		return &server.Error{Code: server.CodeConflict, Detail: fmt.Sprintf("there are %d alerts of markets like %s, at most %d are kept", fields[1], a.Series.Market, limit)}
	}
	return fmt.Errorf("alert %s: unknown answer %v", a.ID, reply)
}

// DeleteAlert deletes an alert with its messages and its ledger.
func (s *Store) DeleteAlert(ctx context.Context, id string) error {
	p, err := s.alertPartition(id)
	if err != nil {
		return err
	}
	keys := []string{s.tags.rulesKey(p), s.tags.alertKey(p, id), s.tags.firedKey(p, id), s.tags.ledgerKey(p, id)}
	reply, err := alertDeleteScript.run(ctx, s.client, keys, id)
	if err != nil {
		return fmt.Errorf("delete alert %s: %w", id, err)
	}
	if reply == int64(0) {
		return noAlert(id)
	}
	return nil
}

// Alert gives an alert with its state.
func (s *Store) Alert(ctx context.Context, id string) (*server.Alert, error) {
	p, err := s.alertPartition(id)
	if err != nil {
		return nil, err
	}
	pipe := s.client.Pipeline()
	text, state := pipe.HGet(ctx, s.tags.rulesKey(p), id), s.stateOf(ctx, pipe, p, id)
	if _, err := pipe.Exec(ctx); errors.Is(err, redis.Nil) {
		return nil, noAlert(id)
	} else if err != nil {
		return nil, fmt.Errorf("alert %s: %w", id, err)
	}
	a, err := parseAlert(text.Val())
	if err != nil {
		return nil, err
	}
	a.State = parseAlertState(state.Val())
	return a, nil
}

// Alerts lists all alerts with their states, by id.
func (s *Store) Alerts(ctx context.Context) ([]*server.Alert, error) {
	pipe := s.client.Pipeline()
	rules := make([]*redis.MapStringStringCmd, s.options.Partitions)
	for p := range rules {
		rules[p] = pipe.HGetAll(ctx, s.tags.rulesKey(p))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("alerts: %w", err)
	}
	list, states := []*server.Alert{}, []*redis.SliceCmd{}
	pipe = s.client.Pipeline()
	for p := range rules {
		_, some, err := parseRules(rules[p].Val())
		if err != nil {
			return nil, err
		}
		for _, a := range some {
			list, states = append(list, a), append(states, s.stateOf(ctx, pipe, p, a.ID))
		}
	}
	if len(list) == 0 {
		return list, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("states of alerts: %w", err)
	}
	for i := range list {
		list[i].State = parseAlertState(states[i].Val())
	}
	return list, nil
}

// AlertRules gives the alerts of a partition, without states, and the revision
// they are of.
func (s *Store) AlertRules(ctx context.Context, partition int) (int64, []*server.Alert, error) {
	all, err := s.client.HGetAll(ctx, s.tags.rulesKey(partition)).Result()
	if err != nil {
		return 0, nil, fmt.Errorf("alerts of partition %d: %w", partition, err)
	}
	return parseRules(all)
}

func parseRules(all map[string]string) (int64, []*server.Alert, error) {
	list := make([]*server.Alert, 0, len(all))
	for id, text := range all {
		if id == revisionField {
			continue
		}
		a, err := parseAlert(text)
		if err != nil {
			return 0, nil, err
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *server.Alert) int { return strings.Compare(a.ID, b.ID) })
	return integer(all[revisionField]), list, nil
}

func parseAlert(text string) (*server.Alert, error) {
	var stored storedAlert
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, fmt.Errorf("stored alert: %w", err)
	}
	var err error
	stored.Alert.Series, err = server.ParseSeries(stored.Series)
	return &stored.Alert, err
}

func (s *Store) stateOf(ctx context.Context, pipe redis.Pipeliner, p int, id string) *redis.SliceCmd {
	return pipe.HMGet(ctx, s.tags.alertKey(p, id), "seq", "last", "done", "off", "turn")
}

func parseAlertState(f []any) server.AlertState {
	off, _ := f[3].(string)
	return server.AlertState{Fired: integer(f[0]), Last: integer(f[1]), Done: f[2] != nil, Off: off, Turn: integer(f[4])}
}

// firings appends the rules and what they make of a bar to the keys and
// arguments of its commit.
func (s *Store) firings(p int, a *server.Alerting, keys []string, args []any) ([]string, []any) {
	keys = append(keys, s.tags.rulesKey(p), s.tags.sendKey(p))
	if a == nil {
		return keys, append(args, "", 0)
	}
	args = append(args, a.Revision)
	for i := range a.Firings {
		f := &a.Firings[i]
		keys = append(keys, s.tags.alertKey(p, f.Alert), s.tags.firedKey(p, f.Alert))
		args = append(args, f.Alert, f.Once, f.Cooldown, f.KnownAt, f.ID, []byte(f.Body), f.Sends)
	}
	return keys, append(args, len(a.Firings))
}
