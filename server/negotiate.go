package server

import (
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Media types of the API, beside problem+json.
const (
	JSONType   = "application/json"
	NDJSONType = "application/x-ndjson"
	ArrowType  = "application/vnd.apache.arrow.stream"
	BinaryType = "application/octet-stream" // columns of float64; package compute has the layout
)

// Negotiate picks the media type of an answer: of those given, the one the
// request likes best, the earliest of several. Without Accept it is the first.
func Negotiate(r *http.Request, gives ...string) (string, error) {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if accept == "" {
		return gives[0], nil
	}
	best, quality := "", 0.0
	for _, media := range gives {
		if q := liking(accept, media); q > quality {
			best, quality = media, q
		}
	}
	if best == "" {
		return "", &Error{Code: CodeAcceptable, Detail: fmt.Sprintf("Accept is %q, the answer is %s", accept, strings.Join(gives, " or "))}
	}
	return best, nil
}

// liking is the quality an Accept header gives a media type, that of the most
// specific range which names it (RFC 9110, 12.5.1).
func liking(accept, media string) float64 {
	family, _, _ := strings.Cut(media, "/")
	quality, precision := 0.0, 0
	for part := range strings.SplitSeq(accept, ",") {
		named, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		how := 0
		switch named {
		case media:
			how = 3
		case family + "/*":
			how = 2
		case "*/*":
			how = 1
		}
		if how <= precision {
			continue
		}
		quality, precision = 1, how
		if q, ok := params["q"]; ok {
			if quality, err = strconv.ParseFloat(q, 64); err != nil || !(quality >= 0 && quality <= 1) {
				quality = 0
			}
		}
	}
	return quality
}

// ContentType is the media type of a request's body, which must be one of
// those taken. A body without a type is taken for the first.
func ContentType(r *http.Request, takes ...string) (string, error) {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return "", &Error{Code: CodeMediaType, Detail: fmt.Sprintf("Content-Encoding is %q, must be identity", e)}
	}
	given := r.Header.Get("Content-Type")
	if given == "" {
		return takes[0], nil
	}
	media, params, err := mime.ParseMediaType(given)
	charset := strings.ToLower(params["charset"])
	if err == nil && (charset == "" || charset == "utf-8") {
		for _, t := range takes {
			if t == media {
				return media, nil
			}
		}
	}
	return "", &Error{Code: CodeMediaType, Detail: fmt.Sprintf("Content-Type is %q, must be %s in UTF-8", given, strings.Join(takes, " or "))}
}

// CheckMedia refuses a request whose body is not of one of the given types, or
// that takes no answer of the type given.
func CheckMedia(r *http.Request, takes []string, gives string) error {
	if _, err := ContentType(r, takes...); err != nil {
		return err
	}
	return CheckAccept(r, gives)
}

// NotModified reports whether a request names the entity tag among those it has
// already (If-None-Match). A tag that compression was told by, as in "x-gzip",
// counts as the plain one: the content is the same.
func NotModified(r *http.Request, tag string) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		for _, coding := range [...]string{"-gzip", "-zstd"} {
			if plain, ok := strings.CutSuffix(part, coding+`"`); ok {
				part = plain + `"`
			}
		}
		if part == tag {
			return true
		}
	}
	return false
}

// CheckAccept refuses a request that takes no answer of the media type given.
func CheckAccept(r *http.Request, gives string) error {
	_, err := Negotiate(r, gives)
	return err
}
