package chaos

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/server/chaostest"
)

// edit puts one text in the place of another.
type edit struct{ file, was, is string }

// sourceMutants are broken where no wrapper reaches: in the source.
var sourceMutants = []struct {
	fault, broken string
	of, test      string // a package, and the test that must see it
	says          string // by what
	edits         []edit
}{
	{
		"F6 Redis empty", "an epoch is used again", "./server/store/faults", "TestRedisFaultsChangeNothing/F6", "want it raised",
		[]edit{
			{"server/store/raise.lua", "redis.call('HSET', KEYS[1], 'epoch', ARGV[2])\nreturn ARGV[2]", "redis.call('HSET', KEYS[1], 'epoch', ARGV[1])\nreturn ARGV[1]"},
			{"server/store/epoch.go", "if epoch == before {", `if epoch == before && why == "another process saw it" {`}, // it rebuilds all the same
			{"server/store/epoch.go", "p.epoch, slices.Contains(p.past, epoch)", "p.epoch, len(slices.Clone(p.past)) < 0"},
		},
	}, {
		"F7 cluster master killed", "the client keeps its picture of the cluster", "./server/store/faults", "TestRedisFaultsChangeNothing/F7_cluster_master_killed", "writes are back",
		[]edit{
			{"server/store/client.go", "stateReload = time.Second", "stateReload = time.Hour"},
			{"server/store/client.go", "s.of.ReloadState(ctx)", "return"},
			{"server/store/client.go", "redirects = 1", "redirects = 0"},
		},
	}, {
		"F20 days by the calendar", "days begin an hour early", "./server/monitor", "TestDaysAreThoseOfTheCalendar", "day 0 is|days, ",
		[]edit{{"core/resample.go", "bar.OpenTime - bar.OpenTime%higher", "bar.OpenTime - (bar.OpenTime+3600000)%higher"}},
	}, {
		"F22 simulation, a seed a run", "what was missed live is not asked for", "./server/monitor", "TestSimulation", `seed \d+: .*(bar|has)`,
		[]edit{{"server/monitor/series.go", "if err := s.catchUp(ctx); err != nil {\n\t\treturn err\n\t}\n\ts.monitor.counts.filled", "s.monitor.counts.filled"}},
	},
}

// TestBrokenSourceIsSeen runs, in the long form, tests over a source that is
// broken on purpose: each must fail, and by what it is there to find.
func TestBrokenSourceIsSeen(t *testing.T) {
	if !chaostest.Long() {
		return
	}
	for _, m := range sourceMutants {
		t.Run(m.fault, func(t *testing.T) {
			root, err := filepath.Abs("../..")
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-overlay", overlay(t, root, m.edits), "-run", m.test, m.of)
			cmd.Dir = root
			cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CHAOS") })
			out, err := cmd.CombinedOutput()
			sign := regexp.MustCompile(m.says).Find(out)
			chaostest.Caught(t, m.fault, m.broken, err != nil && sign != nil, "%s fails: %s", m.test, line(out, sign))
			if sign == nil {
				t.Logf("%s", out)
			}
		})
	}
}

// line is the line of a text that holds a part of it.
func line(text, part []byte) string {
	for one := range strings.Lines(string(text)) {
		if len(part) > 0 && strings.Contains(one, string(part)) {
			return strings.TrimSpace(one)
		}
	}
	return "it says nothing of it"
}

// overlay writes what go test takes for the files that are edited.
func overlay(t *testing.T, root string, edits []edit) string {
	t.Helper()
	dir := t.TempDir()
	texts := map[string]string{}
	for _, e := range edits {
		path := filepath.Join(root, e.file)
		if _, read := texts[path]; !read {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[path] = string(text)
		}
		if strings.Count(texts[path], e.was) != 1 {
			t.Fatalf("%s has %d times %q, want one to break", e.file, strings.Count(texts[path], e.was), e.was)
		}
		texts[path] = strings.Replace(texts[path], e.was, e.is, 1)
	}
	replace := map[string]string{}
	for path, text := range texts {
		at := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[path] = at
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
