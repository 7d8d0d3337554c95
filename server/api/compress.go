package api

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/zstd"
)

// compressible are the types worth compressing: the bits of floats are not.
var compressible = []string{
	jsonType, ndjsonType, "application/problem+json", "application/yaml", "application/javascript", "application/wasm",
	"application/manifest+json", "image/svg+xml", "text/css", "text/html", "text/javascript", "text/plain", "text/markdown",
}

// minCompressed is the size from which it pays: a packet.
const minCompressed = 1400

// newCompressor makes the wrapper of one coding. Its entity tags end in the
// coding, since a strong tag stands for bytes.
func newCompressor(coding string) func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.EnableGzip(coding == "gzip"), gzhttp.EnableZstd(coding == "zstd"), gzhttp.SuffixETag("-"+coding),
		gzhttp.MinSize(minCompressed), gzhttp.ContentTypes(compressible),
		gzhttp.CompressionLevel(1), gzhttp.ZstdCompressionLevel(int(zstd.SpeedFastest)), // answers are made for one reader
	)
	if err != nil {
		panic(err) // an option is wrong: a bug of ours
	}
	return wrap
}

// codings are the content codings of answers, the one we like best first.
var codings = []string{"zstd", "gzip"}

// compressed gives the answers of next as zstd or gzip to whoever takes that. A
// tag of a compressed answer in If-None-Match is as good as the plain one.
func (a *api) compressed(next http.Handler) http.Handler {
	by := map[string]http.Handler{}
	for _, coding := range codings {
		by[coding] = newCompressor(coding)(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if tags := r.Header.Get("If-None-Match"); strings.Contains(tags, `-zstd"`) || strings.Contains(tags, `-gzip"`) {
			r.Header.Set("If-None-Match", strings.NewReplacer(`-zstd"`, `"`, `-gzip"`, `"`).Replace(tags))
		}
		best, quality := "", 0.0
		accept := r.Header.Get("Accept-Encoding")
		for _, coding := range codings {
			if q := codingQuality(accept, coding); q > quality {
				best, quality = coding, q
			}
		}
		if best == "" {
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		by[best].ServeHTTP(w, r)
	})
}
