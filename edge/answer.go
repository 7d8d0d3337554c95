package main

import (
	"cmp"
	"encoding/base64"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// answer is what the origin says of a series. It is read with the scanner
// requests are read with: encoding/json would weigh more than the rest of this.
type answer struct {
	candles  core.Columns
	forming  *core.Candle // nil where none is known
	snapshot []byte       // of the engine that stands before the candles; nil where there is none
}

// readAnswer reads an answer; one that is none is as good as no origin.
func readAnswer(body []byte) (a answer, err error) {
	s := server.NewScanner(body)
	var issues server.Issues
	object, text := true, ""
	for name := range s.Object(&object) {
		switch {
		case name == "candles":
			a.candles = server.ScanCandles(s, "/candles", &issues).Columns
		case name == "forming" && s.Kind() == '{':
			a.forming = readBar(s)
		case name == "snapshot" && s.Kind() == '"':
			text, _ = s.Text()
		default:
			s.Skip()
		}
	}
	if err := s.End(); err != nil {
		return a, down(err)
	}
	if text != "" {
		a.snapshot, err = base64.StdEncoding.DecodeString(text)
	}
	if err = cmp.Or(err, issues.Err()); err != nil {
		return a, down(err)
	}
	return a, nil
}

// readBar reads the forming bar as the origin writes it.
func readBar(s *server.Scanner) *core.Candle {
	c, object := &core.Candle{}, true
	fields := map[string]*float64{"open": &c.Open, "high": &c.High, "low": &c.Low, "close": &c.Close, "volume": &c.Volume}
	for name := range s.Object(&object) {
		switch to := fields[name]; {
		case name == "open_time":
			c.OpenTime, _ = s.Int()
		case to != nil:
			*to, _ = s.Float()
		default:
			s.Skip()
		}
	}
	return c
}
