// Package access says who may do what, and how often: API keys with scopes, and
// token buckets that all origins share.
package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// Store keeps keys and buckets.
type Store interface {
	APIKey(ctx context.Context, sum string) (*server.APIKey, error)
	Take(ctx context.Context, whose string, rate float64, size, want int) (server.Tokens, error)
}

// Rate is a token bucket: requests a second on average, and at once. 0 a second
// is without limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Options are the rules. The zero value lets everybody read, as often as he
// wants, and nobody write.
type Options struct {
	RequireKey bool           // reading needs a key as well
	OpenWrite  bool           // nothing needs a key
	AdminKey   string         // a key with every scope that no store knows; none if empty
	Address    Rate           // of an address, for requests without a key
	Key        Rate           // of a key
	Proxies    []netip.Prefix // those in front of us, whose X-Forwarded-For is believed
	Log        *slog.Logger   // slog.Default() if nil
}

// prefix marks our keys, so that people and scanners know one.
const prefix = "qk_"

// NewKey makes a key: its text, told once, and what is kept of it.
func NewKey(name string, scopes []string, now time.Time) (text, sum string, k server.APIKey, err error) {
	for i, s := range scopes {
		if !slices.Contains(server.Scopes, s) {
			return "", "", k, server.Invalid(fmt.Sprintf("scopes/%d", i), s, "one_of", "one of "+strings.Join(server.Scopes, ", "))
		}
	}
	if len(scopes) == 0 {
		return "", "", k, server.Invalid("scopes", "", "required", "one or more of "+strings.Join(server.Scopes, ", "))
	}
	if len(name) > 100 {
		return "", "", k, server.Invalid("name", name, "max", "at most 100 bytes long")
	}
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	text = prefix + base64.RawURLEncoding.EncodeToString(random[:])
	sum = sumOf(text)
	return text, sum, server.APIKey{ID: sum[:12], Name: name, Scopes: scopes, Created: now.UTC().Truncate(time.Millisecond)}, nil
}

// sumOf is how a key is kept.
func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Guard applies the rules. Safe for concurrent use.
type Guard struct {
	store   Store
	options Options
	admin   [sha256.Size]byte
	keys    cache
	purses  purses
	warned  throttle
}

// New returns a guard.
func New(store Store, o Options) *Guard {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Guard{store: store, options: o, admin: sha256.Sum256([]byte(o.AdminKey))}
}

var (
	everything = slices.Clone(server.Scopes)
	adminKey   = &server.APIKey{ID: "admin", Name: "ADMIN_KEY", Scopes: everything}
)

// Allow judges a request that needs a scope, by its key and rate, and tells the
// rate in head. The error is a *server.Error to answer with.
func (g *Guard) Allow(r *http.Request, head http.Header, scope string) error {
	token, err := bearer(r)
	if err != nil {
		return err
	}
	var key *server.APIKey
	if token != "" {
		if key, err = g.find(r.Context(), token); err != nil {
			return err
		}
	}
	whose, rate := "ip:"+g.address(r), g.options.Address
	if key != nil {
		whose, rate = "key:"+key.ID, g.options.Key
	}
	if err := g.spend(r.Context(), head, whose, rate); err != nil { // those with a wrong key pay too
		return err
	}
	switch {
	case token != "" && key == nil:
		return &server.Error{Code: server.CodeUnauthorized, Detail: "the key is not known, or was revoked"}
	case slices.Contains(g.scopes(key), scope):
		return nil
	case key == nil:
		return &server.Error{Code: server.CodeUnauthorized, Detail: "a key with the scope " + scope + " is needed: Authorization: Bearer …"}
	}
	return &server.Error{Code: server.CodeForbidden, Detail: fmt.Sprintf("key %s has the scopes %s, %s is needed", key.ID, strings.Join(key.Scopes, ", "), scope)}
}

// Authorize gives the scopes of a token, "" being a client that names none.
func (g *Guard) Authorize(ctx context.Context, token string) ([]string, error) {
	if token == "" {
		return g.scopes(nil), nil
	}
	key, err := g.find(ctx, token)
	if err != nil {
		return nil, err
	}
	if key == nil {
		return nil, &server.Error{Code: server.CodeUnauthorized, Detail: "the key is not known, or was revoked"}
	}
	return g.scopes(key), nil
}

// scopes are those of a key, with what needs none.
func (g *Guard) scopes(key *server.APIKey) []string {
	switch {
	case g.options.OpenWrite:
		return everything
	case key != nil && !g.options.RequireKey:
		return append([]string{server.ScopeRead}, key.Scopes...)
	case key != nil:
		return key.Scopes
	case g.options.RequireKey:
		return nil
	}
	return []string{server.ScopeRead}
}

// bearer is the key a request names, "" for none.
func bearer(r *http.Request) (string, error) {
	given := r.Header.Get("Authorization")
	if given == "" {
		return "", nil
	}
	scheme, token, ok := strings.Cut(given, " ")
	if token = strings.TrimSpace(token); !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > 200 {
		return "", &server.Error{Code: server.CodeUnauthorized, Detail: "Authorization must be Bearer and a key"}
	}
	return token, nil
}

// find looks a key up; nil where there is none.
func (g *Guard) find(ctx context.Context, token string) (*server.APIKey, error) {
	sum := sha256.Sum256([]byte(token))
	if g.options.AdminKey != "" && subtle.ConstantTimeCompare(sum[:], g.admin[:]) == 1 {
		return adminKey, nil
	}
	if !strings.HasPrefix(token, prefix) {
		return nil, nil
	}
	text := hex.EncodeToString(sum[:])
	if key, ok := g.keys.get(text, time.Now()); ok {
		return key, nil
	}
	key, err := g.store.APIKey(ctx, text)
	if err != nil {
		return nil, &server.Error{Code: server.CodeUnavailable, Detail: "the store does not answer; try again", Err: err}
	}
	g.keys.put(text, key, time.Now())
	return key, nil
}
