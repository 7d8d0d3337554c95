package ai

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/server/ai/model"
)

// Standing is a provider and whether it answers.
type Standing struct {
	Name      string        `json:"name"`
	Model     string        `json:"model,omitempty"`
	Default   bool          `json:"default"`
	Reachable bool          `json:"reachable"`
	Error     string        `json:"error,omitempty"`
	Use       *model.Counts `json:"use,omitempty"`
}

// reached remembers for a while whether providers answered, so that asking here
// does not ask them each time.
type reached struct {
	mu   sync.Mutex
	at   time.Time // guarded by mu
	list []Standing
}

const (
	reachAgain = 30 * time.Second
	reachWait  = 5 * time.Second
)

func (s *Service) getProviders(w http.ResponseWriter, r *http.Request) error {
	return reply(w, struct {
		Providers []Standing `json:"providers"`
	}{s.Providers(r.Context(), time.Now())})
}

// Providers says which providers are configured, and which answer.
func (s *Service) Providers(ctx context.Context, now time.Time) []Standing {
	s.reached.mu.Lock()
	defer s.reached.mu.Unlock()
	if s.reached.list == nil || now.Sub(s.reached.at) > reachAgain {
		s.reached.list, s.reached.at = s.reach(ctx), now
	}
	list := append([]Standing{}, s.reached.list...)
	for i, p := range s.o.Providers {
		use := p.Counts()
		list[i+1].Use = &use
	}
	return list
}

func (s *Service) reach(ctx context.Context) []Standing {
	ctx, cancel := context.WithTimeout(ctx, reachWait)
	defer cancel()
	list := make([]Standing, 1+len(s.o.Providers))
	list[0] = Standing{Name: Builtin, Default: s.o.Default == Builtin, Reachable: true}
	var all sync.WaitGroup
	for i, p := range s.o.Providers {
		all.Go(func() {
			err := p.Reach(ctx)
			list[i+1] = Standing{Name: p.Name(), Model: p.Model(), Default: s.o.Default == p.Name(), Reachable: err == nil}
			var failure *model.Error
			switch {
			case errors.As(err, &failure) && failure.Status != 0:
				list[i+1].Error = fmt.Sprintf("answers %d", failure.Status)
			case err != nil:
				list[i+1].Error = "does not answer"
			}
		})
	}
	all.Wait()
	return list
}
