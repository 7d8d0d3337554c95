package hub

import (
	"context"
	"crypto/sha256"
	"slices"

	"github.com/quantum-signals/quantum/server"
)

// scopeRead is what a client must have to listen.
const scopeRead = "read"

// key stands for a token, so that none is kept in a table.
type key [sha256.Size]byte

// grant is what a client's token allows. The zero grant is of a client that
// has not been let in.
type grant struct {
	token  string
	scopes []string
}

// admit checks a token and counts the connection with it. A code other than 0
// is what to close with.
func (c *client) admit(token string) (code int, reason string) {
	h := c.hub
	scopes := []string{scopeRead}
	if h.options.Authorize != nil {
		ctx, cancel := h.callContext()
		defer cancel()
		var err error
		if scopes, err = h.options.Authorize(ctx, token); err != nil {
			if server.CodeOf(err).Status() >= 500 {
				h.logInternal("hello", "", err)
				return closeInternal, "the token cannot be checked now"
			}
			return closeBadToken, "bad token"
		}
	}
	if !h.count(token, 1) {
		return closePerKey, "too many connections of this token"
	}
	c.mu.Lock()
	former := c.grant.token
	c.grant = grant{token, scopes}
	gone := c.gone
	c.mu.Unlock()
	h.count(former, -1)
	if gone {
		c.release()
	}
	return 0, ""
}

// release counts the connection of a client that is gone no longer.
func (c *client) release() {
	c.mu.Lock()
	token := c.grant.token
	c.grant.token = ""
	c.mu.Unlock()
	c.hub.count(token, -1)
}

// count adds connections of a token, if there is room. Clients without one are
// not counted.
func (h *Hub) count(token string, by int) bool {
	if token == "" {
		return true
	}
	k := key(sha256.Sum256([]byte(token)))
	h.mu.Lock()
	defer h.mu.Unlock()
	if by > 0 && h.tokens[k] >= h.options.PerKey {
		return false
	}
	h.tokens[k] += by
	if h.tokens[k] <= 0 {
		delete(h.tokens, k)
	}
	return true
}

// mayRead is an error where the client's scopes do not let it listen.
func (c *client) mayRead() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Contains(c.grant.scopes, scopeRead) {
		return nil
	}
	if c.grant.token == "" {
		return &server.Error{Code: server.CodeUnauthorized, Detail: "a key with the scope " + scopeRead + " is needed"}
	}
	return &server.Error{Code: server.CodeForbidden, Detail: "the key lacks the scope " + scopeRead}
}

// recheck lets clients go whose token holds no longer: it asks once for each in
// use.
func (h *Hub) recheck(ctx context.Context) {
	of := map[string][]*client{}
	for _, c := range h.all() {
		c.mu.Lock()
		if c.hello {
			of[c.grant.token] = append(of[c.grant.token], c)
		}
		c.mu.Unlock()
	}
	for token, clients := range of {
		call, cancel := context.WithTimeout(ctx, callWait)
		scopes, err := h.options.Authorize(call, token)
		cancel()
		if err != nil && server.CodeOf(err).Status() >= 500 {
			h.logInternal("recheck", "", err)
			return // nobody is let go because the store is away
		}
		for _, c := range clients {
			c.mu.Lock()
			same, heard := c.grant.token == token, slices.Contains(c.grant.scopes, scopeRead)
			if same && err == nil {
				c.grant.scopes = scopes
			}
			c.mu.Unlock()
			if same && (err != nil || heard && !slices.Contains(scopes, scopeRead)) {
				c.line.hangUp(closeRevoked, "the token was revoked")
			}
		}
	}
}
