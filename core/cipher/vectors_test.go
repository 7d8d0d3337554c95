package cipher_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

// readRows reads a gzipped CSV of testdata without its header, which it
// returns apart.
func readRows(t testing.TB, name string) (header []string, rows [][]string) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	reader := csv.NewReader(unzipped)
	reader.ReuseRecord = false
	for {
		row, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows = append(rows, row)
	}
	return rows[0], rows[1:]
}

func parse(t testing.TB, s string) float64 {
	t.Helper()
	if s == "" {
		return core.Absent()
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// readCandles reads a candle file of testdata.
func readCandles(t testing.TB, name string) core.Columns {
	t.Helper()
	_, rows := readRows(t, name+".csv.gz")
	c := core.MakeColumns(len(rows))
	for _, row := range rows {
		open, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		c.Append(core.Candle{
			OpenTime: open, Open: parse(t, row[1]), High: parse(t, row[2]), Low: parse(t, row[3]),
			Close: parse(t, row[4]), Volume: parse(t, row[5]),
		})
	}
	return c
}

// changed is classic with the parameters of changed.json.
func changed(t testing.TB) cipher.Params {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "changed.json"))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	p := cipher.Default(cipher.Classic)
	set := func(name string, value float64) {
		if err := p.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range fields {
		switch v := value.(type) {
		case float64:
			set(name, v)
		case bool:
			set(name, map[bool]float64{false: 0, true: 1}[v])
		case []any:
			for i, period := range v {
				set("ribbon_period"+strconv.Itoa(i+1), period.(float64))
			}
		}
	}
	return p
}

// series are the candles the vectors are about, with their interval.
var series = map[string]core.Interval{
	"walk": 15 * core.Minute, "tiny": core.Hour, "gaps": 15 * core.Minute, "torture": 15 * core.Minute,
}

func TestVectors(t *testing.T) {
	for _, name := range []string{"walk", "tiny", "gaps", "torture"} {
		candles := readCandles(t, name)
		for _, variant := range []string{"classic", "quantum", "changed"} {
			p := changed(t)
			if preset, ok := cipher.ParsePreset(variant); ok {
				p = cipher.Default(preset)
			} else if name != "walk" {
				continue
			}
			t.Run(name+"."+variant, func(t *testing.T) {
				compareVector(t, name+"."+variant+".csv.gz", p, series[name], candles)
			})
		}
	}
}

// compareVector compares every column with the file by bits, batch and stream.
func compareVector(t *testing.T, file string, p cipher.Params, interval core.Interval, candles core.Columns) {
	header, rows := readRows(t, file)
	if want := cipher.NumReadings + cipher.NumFlags + 1; len(header) != want || len(rows) != candles.Len() {
		t.Fatalf("%s has %d columns and %d rows, want %d and %d", file, len(header), len(rows), want, candles.Len())
	}
	for i, name := range header[1:] {
		if got := cipher.ColumnName(i); got != name {
			t.Fatalf("column %d is %s, want %s", i, got, name)
		}
	}
	batch := cipher.MakeColumns(candles.Len())
	if err := cipher.Compute(p, interval, candles, &batch); err != nil {
		t.Fatal(err)
	}
	engine, err := cipher.New(p, interval)
	if err != nil {
		t.Fatal(err)
	}
	var out cipher.Output
	differing, reported, flagsTrue, present := 0, map[string]bool{}, 0, 0
	for bar, row := range rows {
		if err := engine.Next(candles.At(bar), &out); err != nil {
			t.Fatal(err)
		}
		for i, text := range row[1:] {
			reading, flag, isFlag := cipher.Column(i)
			want := parse(t, text)
			stream, column := out.Values[reading], batch.Values[reading][bar]
			if isFlag {
				stream, column = number(out.Flags.Has(flag)), number(batch.Flags[bar].Has(flag))
			}
			if isFlag && want == 1 {
				flagsTrue++
			} else if want == want {
				present++
			}
			if bits(stream) != bits(want) || bits(column) != bits(want) {
				differing++
				if !reported[header[i+1]] {
					reported[header[i+1]] = true
					t.Errorf("bar %d, %s: stream %v (%#016x), batch %v (%#016x), want %v (%#016x)", bar, header[i+1],
						stream, bits(stream), column, bits(column), want, bits(want))
				}
			}
		}
	}
	t.Logf("%s: %d columns, %d bars, %d values compared twice (%d readings present, %d flags true), %d differ",
		file, len(header)-1, len(rows), len(rows)*(len(header)-1), present, flagsTrue, differing)
}

func bits(v float64) uint64 { return math.Float64bits(v) }

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
