package cipher_test

import (
	"slices"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// TestRunsTellTheStreamsEvents: in runs of any length, with a snapshot between
// two of them, the events are those of the stream.
func TestRunsTellTheStreamsEvents(t *testing.T) {
	c := readCandles(t, "torture")
	for _, preset := range []cipher.Preset{cipher.Quantum, cipher.Classic} {
		p := cipher.Default(preset)
		want := stream(t, p, 15*core.Minute, c).events
		for _, length := range []int{1, 2, 3, 100, 1024, 1025, c.Len()} {
			engine, err := cipher.New(p, 15*core.Minute)
			if err != nil {
				t.Fatal(err)
			}
			var got []cipher.Event
			for from := 0; from < c.Len(); from += length {
				run := c.Slice(from, min(from+length, c.Len()))
				if err := engine.NextColumnsEach(run, &cipher.Columns{}, func(e *cipher.Event) { got = append(got, *e) }); err != nil {
					t.Fatal(err)
				}
				if last := engine.AppendEvents(nil); !slices.Equal(last, got[len(got)-len(last):]) {
					t.Fatalf("bar %d: AppendEvents gives %v, the run ended with %v", from+run.Len()-1, last, got[len(got)-len(last):])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, runs of %d bars: %d events, or others than the stream's %d", preset, length, len(got), len(want))
			}
		}
	}
}
