package volume_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// vector is a profile made by an independent implementation of the
// specification. Numbers stay text until compared by bits.
type vector struct {
	Args    []string
	Profile struct {
		Rows                                           [][4]float64
		Total, POC, VAH, VAL, Enclosed, VWAP, SD, Unit *float64
		HighNodes                                      [][4]float64 `json:"high_nodes"`
		LowNodes                                       [][4]float64 `json:"low_nodes"`
	}
}

// TestVectors holds one-shot profiles against the reference, every number by
// its bits.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != 12 {
		t.Fatalf("testdata has %d vectors (%v), want 12", len(files), err)
	}
	compared, differing := 0, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			var v vector
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &v); err != nil {
				t.Fatal(err)
			}
			p, bars := arguments(t, v.Args)
			got, err := volume.Compute(p, bars)
			if err != nil {
				t.Fatalf("Compute(%v) = %v", v.Args, err)
			}
			equal := func(what string, got, want float64) {
				compared++
				if math.Float64bits(got) != math.Float64bits(want) {
					differing++
					t.Errorf("%s = %v (%#016x), want %v (%#016x)", what, got, math.Float64bits(got), want, math.Float64bits(want))
				}
			}
			equalOrAbsent := func(what string, got float64, want *float64) {
				if want == nil {
					equal(what, got, core.Absent())
					return
				}
				equal(what, got, *want)
			}
			w := v.Profile
			if got.Len() != len(w.Rows) || len(got.HighNodes) != len(w.HighNodes) || len(got.LowNodes) != len(w.LowNodes) {
				t.Fatalf("%d rows, %d high and %d low nodes, want %d, %d and %d", got.Len(),
					len(got.HighNodes), len(got.LowNodes), len(w.Rows), len(w.HighNodes), len(w.LowNodes))
			}
			for i, row := range w.Rows {
				at := "row " + strconv.Itoa(i)
				equal(at+" low edge", got.Edges[i], row[0])
				equal(at+" high edge", got.Edges[i+1], row[1])
				equal(at+" up", got.Up[i], row[2])
				equal(at+" down", got.Down[i], row[3])
			}
			equalOrAbsent("total", got.Total, w.Total)
			equalOrAbsent("poc", got.POC, w.POC)
			equalOrAbsent("vah", got.VAH, w.VAH)
			equalOrAbsent("val", got.VAL, w.VAL)
			equalOrAbsent("enclosed", got.Enclosed, w.Enclosed)
			equalOrAbsent("vwap", got.VWAP, w.VWAP)
			equalOrAbsent("sd", got.SD, w.SD)
			equalOrAbsent("unit", got.Unit, w.Unit)
			nodes := func(what string, got []volume.Node, want [][4]float64) {
				for i, n := range want {
					at := what + " node " + strconv.Itoa(i)
					equal(at+" row", float64(got[i].Row), n[0])
					equal(at+" price", got[i].Price, n[1])
					equal(at+" volume", got[i].Volume, n[2])
					equal(at+" prominence", got[i].Prominence, n[3])
				}
			}
			nodes("high", got.HighNodes, w.HighNodes)
			nodes("low", got.LowNodes, w.LowNodes)
		})
	}
	t.Logf("%d values compared by bits, %d differ", compared, differing)
}

// arguments reads the arguments the reference was given.
func arguments(t *testing.T, args []string) (volume.Params, core.Columns) {
	t.Helper()
	bars := readCandles(t, filepath.Base(args[0]))
	p, from, to := volume.Default(), 0, bars.Len()
	choices := map[string]float64{"pairs": 0, "single": 1, "uniform": 0, "close": 1}
	names := map[string]string{"unit": "volume_unit"}
	for i := 1; i < len(args); i += 2 {
		name := strings.ReplaceAll(strings.TrimPrefix(args[i], "--"), "-", "_")
		value, ok := choices[args[i+1]]
		if !ok {
			value = number(t, args[i+1])
		}
		switch name {
		case "from":
			from = int(value)
		case "to":
			to = int(value)
		default:
			if other, ok := names[name]; ok {
				name = other
			}
			if err := p.Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p, bars.Slice(from, to)
}

// readCandles reads a gzip'd CSV of testdata: time, open, high, low, close, volume.
func readCandles(t testing.TB, name string) core.Columns {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(unzipped)
	r.ReuseRecord = true
	var c core.Columns
	for line := 0; ; line++ {
		record, err := r.Read()
		if err == io.EOF {
			return c
		}
		if err != nil {
			t.Fatal(err)
		}
		if line == 0 {
			continue
		}
		c.Append(core.Candle{
			OpenTime: int64(number(t, record[0])),
			Open:     number(t, record[1]), High: number(t, record[2]), Low: number(t, record[3]),
			Close: number(t, record[4]), Volume: number(t, record[5]),
		})
	}
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
