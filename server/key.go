package server

import "time"

// Scopes of an API key. Each stands for itself: admin does not read.
const (
	ScopeRead  = "read"
	ScopeWrite = "write" // pushes candles, keeps alerts
	ScopeAdmin = "admin" // watches markets and stops them
)

// Scopes lists every scope.
var Scopes = []string{ScopeRead, ScopeWrite, ScopeAdmin}

// APIKey is what the store knows of a key: not the key, only its SHA-256.
type APIKey struct {
	ID      string    `json:"id"` // names it in lists and logs
	Name    string    `json:"name"`
	Scopes  []string  `json:"scopes"`
	Created time.Time `json:"created"`
}

// Tokens is what a token bucket gave.
type Tokens struct {
	Granted int           // of those asked for
	Left    int           // in the bucket
	Wait    time.Duration // until one is in it again, 0 where one is
}
