package host

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
)

const (
	cipherVectors = "../../core/cipher/testdata"
	volumeVectors = "../../core/volume/testdata"
)

// readCSV reads a gzipped file without its header; an empty field is absent.
func readCSV(t *testing.T, path string) [][]float64 {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]float64, 0, len(records))
	for _, record := range records[1:] {
		row := make([]float64, len(record))
		for i, field := range record {
			row[i] = core.Absent()
			if field != "" {
				if row[i], err = strconv.ParseFloat(field, 64); err != nil {
					t.Fatal(err)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func readCandles(t *testing.T, path string) core.Columns {
	t.Helper()
	rows := readCSV(t, path)
	c := core.MakeColumns(len(rows))
	for _, r := range rows {
		c.Append(core.Candle{OpenTime: int64(r[0]), Open: r[1], High: r[2], Low: r[3], Close: r[4], Volume: r[5]})
	}
	return c
}

func TestCipherVectors(t *testing.T) {
	h := newHost(t, Options{})
	results, err := filepath.Glob(cipherVectors + "/*.*.csv.gz")
	if err != nil || len(results) < 9 {
		t.Fatalf("%d result files, %v: want at least 9", len(results), err)
	}
	for _, path := range results {
		name := strings.TrimSuffix(filepath.Base(path), ".csv.gz")
		series, kind, _ := strings.Cut(name, ".")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interval := 15 * core.Minute
			if series == "tiny" {
				interval = core.Hour
			}
			c, want := readCandles(t, cipherVectors+"/"+series+".csv.gz"), readCSV(t, path)
			out := cipher.MakeColumns(c.Len())
			if err := h.Cipher(t.Context(), vectorParams(t, kind), interval, c, &out); err != nil {
				t.Fatal(err)
			}
			for i, row := range want {
				for k, v := range row[1:] {
					if got := columnAt(&out, k, i); !sameBits(got, v) {
						t.Fatalf("bar %d: %s is %v, the vector has %v", i, cipher.ColumnName(k), got, v)
					}
				}
			}
		})
	}
}

// columnAt is output column k of bar i as the CSV has it.
func columnAt(out *cipher.Columns, k, i int) float64 {
	reading, flag, isFlag := cipher.Column(k)
	switch {
	case !isFlag:
		return out.Values[reading][i]
	case out.Flags[i].Has(flag):
		return 1
	}
	return 0
}

// vectorParams are the preset of that name, or classic with the changes of
// changed.json.
func vectorParams(t *testing.T, kind string) cipher.Params {
	t.Helper()
	if preset, ok := cipher.ParsePreset(kind); ok {
		return cipher.Default(preset)
	}
	text, err := os.ReadFile(cipherVectors + "/" + kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var changes map[string]any
	if err := json.Unmarshal(text, &changes); err != nil {
		t.Fatal(err)
	}
	p := cipher.Default(cipher.Classic)
	set := func(name string, value float64) {
		if err := p.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range changes {
		switch v := value.(type) {
		case bool:
			set(name, map[bool]float64{true: 1}[v])
		case float64:
			set(name, v)
		case []any: // ribbon_periods are ribbon_period1 … ribbon_period8
			for i, period := range v {
				set(strings.TrimSuffix(name, "s")+strconv.Itoa(i+1), period.(float64))
			}
		}
	}
	return p
}
