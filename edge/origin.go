package main

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// cache keeps answers of the origin for as long as the platform likes.
type cache interface {
	get(key string) (kept, bool)
	put(key string, k kept)
}

// kept is an answer of the origin and when it was given.
type kept struct {
	body []byte
	at   time.Time
}

// origin is where candles come from.
type origin struct {
	base  string // its address, without a slash at the end
	key   string // Authorization is Bearer and this; none if empty
	do    func(r *http.Request) (*http.Response, error)
	cache cache
	now   func() time.Time
}

const (
	staleHeader = "Quantum-Stale"

	// fresh is how long the newest bars are believed: the forming bar among
	// them moves all the time.
	fresh = time.Second

	maxAnswer = 32 << 20 // bytes; a snapshot with 100,000 bars after it has 8 million
)

// errForOrigin is that the origin is to answer a request itself.
var errForOrigin = errors.New("the origin answers this itself")

// closed reads what an answer says of closed bars, which never changes: key names
// it beside the path.
func (o *origin) closed(r *http.Request, path, key string) (answer, error) {
	k, ok := o.cache.get(path + key)
	if !ok {
		var err error
		if k, err = o.fetch(r, path); err != nil {
			return answer{}, err
		}
		o.cache.put(path+key, k)
	}
	return readAnswer(k.body)
}

// newest reads an answer about now: of at most a second ago, or the last one
// known while the origin is down. Then stale tells how old it is.
func (o *origin) newest(r *http.Request, path string) (a answer, stale time.Duration, err error) {
	k, ok := o.cache.get(path)
	if age := o.now().Sub(k.at); !ok || age >= fresh {
		next, err := o.fetch(r, path)
		switch {
		case err == nil:
			k = next
			o.cache.put(path, k)
		case !ok || server.CodeOf(err) != server.CodeUnavailable:
			return a, 0, err
		default:
			stale = age
		}
	}
	a, err = readAnswer(k.body)
	return a, stale, err
}

// fetch asks the origin. What it refuses it is to refuse to the caller itself.
func (o *origin) fetch(r *http.Request, path string) (kept, error) {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, o.base+path, nil)
	if err != nil {
		return kept{}, err
	}
	ask.Header.Set("Accept", server.JSONType)
	ask.Header.Set(requestIDHeader, server.RequestID(r.Context()))
	if o.key != "" {
		ask.Header.Set("Authorization", "Bearer "+o.key)
	}
	at := o.now()
	got, err := o.do(ask)
	if err != nil {
		return kept{}, down(err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	switch {
	case err != nil:
		return kept{}, down(err)
	case got.StatusCode >= http.StatusInternalServerError:
		return kept{}, down(errors.New("the origin answers " + strconv.Itoa(got.StatusCode)))
	case got.StatusCode != http.StatusOK:
		return kept{}, errForOrigin
	}
	return kept{body, at}, nil
}

// pass has the origin answer a request.
func (o *origin) pass(w http.ResponseWriter, r *http.Request) error {
	ask, err := http.NewRequestWithContext(r.Context(), r.Method, o.base+r.URL.RequestURI(), nil)
	if err != nil {
		return err
	}
	ask.Header = r.Header.Clone()
	ask.Header.Set(requestIDHeader, server.RequestID(r.Context()))
	got, err := o.do(ask)
	if err != nil {
		return down(err)
	}
	defer func() { _ = got.Body.Close() }()
	for name, values := range got.Header {
		if name != "Content-Length" && name != "Content-Encoding" { // the body comes decoded
			w.Header()[name] = values
		}
	}
	w.WriteHeader(got.StatusCode)
	_, _ = io.Copy(w, got.Body) // the client may be gone: nobody is left to tell
	return nil
}

func down(err error) error {
	return &server.Error{Code: server.CodeUnavailable, Detail: "the origin does not answer", Err: err}
}

// query is a path of version 1 with a query, names and values by turns.
func query(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return base + path + "?" + values.Encode()
}
