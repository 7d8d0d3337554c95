package alert

import (
	"net/http"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// rehearse lets an alert, by its options, see a history.
func (s *Service) rehearse(r *http.Request, a *server.Alert, c core.Columns) ([]match, error) {
	rule, err := Compile(a.Expression)
	if err != nil {
		return nil, err
	}
	message, err := ParseTemplate(a.Message)
	if err != nil {
		return nil, err
	}
	matches, failed, last := []match{}, error(nil), int64(0)
	err = DefaultEngines(s.options.Preset).Walk(r.Context(), a.Series.Interval, c, func(bar *server.Closed) {
		known := knownAt(a.Series, bar)
		spent := a.Once && last > 0 || last > 0 && known < last+a.Cooldown || a.ExpiresAt > 0 && known >= a.ExpiresAt
		if failed != nil || spent {
			return
		}
		var holds bool
		if holds, failed = rule.Matches(bar); !holds {
			return
		}
		last = known
		matches = append(matches, match{bar.Candle.OpenTime, server.AppendFloat(nil, bar.Candle.Close), message.Fill(a, bar)})
	})
	if err == nil {
		err = failed
	}
	return matches, err
}
