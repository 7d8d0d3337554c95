package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// getMarkets lists the watched markets and how their feeds are doing.
func (a *api) getMarkets(w http.ResponseWriter, r *http.Request) error {
	markets, err := a.store.Markets(r.Context())
	if err != nil {
		return unavailable(err)
	}
	b := []byte(`{"markets":[`)
	for i := range markets {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.appendMarket(b, &markets[i])
	}
	return reply(w, http.StatusOK, jsonType, append(b, `]}`...))
}

func (a *api) appendMarket(b []byte, m *server.MarketStatus) []byte {
	b = server.AppendText(append(b, `{"market":`...), m.Market.String())
	b = append(b, `,"intervals":[`...)
	for i, interval := range m.Intervals {
		if i > 0 {
			b = append(b, ',')
		}
		b = server.AppendText(b, interval.String())
	}
	b = server.AppendText(append(b, `],"state":`...), string(m.State))
	b = append(b, `,"last":{`...)
	some := false
	for i, last := range m.Last {
		if last == 0 {
			continue
		}
		if some {
			b = append(b, ',')
		}
		some = true
		b = append(server.AppendText(b, m.Intervals[i].String()), ':')
		b = strconv.AppendInt(b, last, 10)
	}
	b = a.appendProgress(append(b, `},"progress":{`...), m)
	b = server.AppendText(append(b, `},"source_note":`...), m.Note)
	return append(b, '}')
}

// appendProgress appends, for each interval, the bars that are there and how many
// the clock says are missing: where a backfill stands.
func (a *api) appendProgress(b []byte, m *server.MarketStatus) []byte {
	clocked := a.options.Sources != nil && a.options.Sources.Clocked(m.Market.Source)
	for i, interval := range m.Intervals {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(server.AppendText(b, interval.String()), ':')
		b = strconv.AppendInt(append(b, `{"bars":`...), m.Bars[i], 10)
		b = append(b, `,"behind":`...)
		if clocked && m.Last[i] != 0 {
			b = strconv.AppendInt(b, behind(m.Last[i], interval, time.Now().UnixMilli()), 10)
		} else {
			b = append(b, "null"...)
		}
		b = append(b, '}')
	}
	return b
}

// catalogs is the answer of GET /signals/catalog, the same bytes as the wasm
// module's.
func catalogs() []byte {
	c, v := cipher.Catalog(), volume.Catalog()
	b := c.AppendJSON([]byte(`{"cipher":`))
	b = v.AppendJSON(append(b, `,"volume":`...))
	return append(b, '}')
}

// getCatalog describes every reading, flag, event and parameter.
func (a *api) getCatalog(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return reply(w, http.StatusOK, jsonType, a.catalog)
}
