package feed

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/quantum-signals/quantum/core"
)

const twoBars = "time,open,high,low,close,volume\n60000,1,2,0.5,1.5,10\n120000,1.5,1.5,1.25,1.25,1e-7\n"

var twoBarColumns = core.Columns{
	OpenTime: []int64{60000, 120000},
	Open:     []float64{1, 1.5}, High: []float64{2, 1.5}, Low: []float64{0.5, 1.25}, Close: []float64{1.5, 1.25}, Volume: []float64{10, 1e-7},
}

func TestReadCSVTakesWhatPeopleExport(t *testing.T) {
	for name, text := range map[string]string{
		"plain":                   twoBars,
		"open_time, other order":  "volume,close,low,high,open,open_time\n10,1.5,0.5,2,1,60000\n1e-7,1.25,1.25,1.5,1.5,120000\n",
		"more columns":            "symbol,Time,Open,High,Low,Close,Volume,trades\nX,60000,1,2,0.5,1.5,10,7\nX,120000,1.5,1.5,1.25,1.25,1e-7,\n",
		"mark, CRLF, blank lines": "\ufeff" + strings.ReplaceAll(twoBars, "\n", "\r\n\r\n"),
		"quotes, no last newline": "\"time\",\"open\",\"high\",\"low\",\"close\",\"volume\"\n\"60000\",1,2,0.5,1.5,10\n120000, 1.50 ,1.5,1.25,1.25,0.0000001",
	} {
		got, err := ReadCSV(strings.NewReader(text), CSVOptions{Interval: core.Minute})
		if err != nil || !reflect.DeepEqual(got.Slice(0, got.Len()), twoBarColumns) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, twoBarColumns)
		}
	}
}

func TestReadCSVNamesLineBarFieldAndBound(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "candles are missing: the input is empty"},
		{"no volume", "time,open,high,low,close\n", "line 1: volume is not among the columns, which are time, open, high, low, close"},
		{"a short line", twoBars + "180000,1,1\n", "line 4: bar 2: low is missing"},
		{"a word", twoBars + "180000,1,x,1,1,1\n", `line 4: bar 2: high is "x", must be a number`},
		{"an empty field", twoBars + "180000,1,1,1,1,\n", `line 4: bar 2: volume is "", must be a number`},
		{"a number that is none", twoBars + "180000,1,NaN,1,1,1\n", `line 4: bar 2: high is "NaN", must be a number`},
		{"seconds with a fraction", twoBars + "180.5,1,1,1,1,1\n", `line 4: bar 2: open_time is "180.5", must be whole Unix milliseconds`},
		{"high below close", twoBars + "\n180000,1,1,1,2,1\n", "line 5: bar 2: high is 1, must be at least 2"},
		{"volume below zero", twoBars + "180000,1,1,1,1,-1\n", "line 4: bar 2: volume is -1, must be from 0 to 1.7976931348623157e+308"},
		{"twice", twoBars + "120000,1,1,1,1,1\n", "line 4: bar 2: open_time is 120000, must be at least 180000"},
	} {
		_, err := ReadCSV(strings.NewReader(tt.text), CSVOptions{Interval: core.Minute})
		var refused *core.Error
		if err == nil || err.Error() != tt.want || !errors.As(err, &refused) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestReadCSVSkipsAndTells(t *testing.T) {
	text := "time,open,high,low,close,volume\n60000,1,2,0.5,1.5,10\n90000,1,1,1,1,1\nx,1,1,1,1,1\n120000,1.5,1.5,1.25,1.25,1e-7\n"
	var told []string
	got, err := ReadCSV(strings.NewReader(text), CSVOptions{Interval: core.Minute, Skip: func(err error) { told = append(told, err.Error()) }})
	want := []string{"line 3: bar 1: open_time is 90000, must be at least 120000", `line 4: bar 1: open_time is "x", must be whole Unix milliseconds`}
	if err != nil || !reflect.DeepEqual(got.Slice(0, got.Len()), twoBarColumns) || !reflect.DeepEqual(told, want) {
		t.Errorf("ReadCSV = %+v, %v, told %q; want %+v, told %q", got, err, told, twoBarColumns, want)
	}
}

func TestOpenCSVTellsCompressionByItsBytes(t *testing.T) {
	gzipped := func() []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := io.WriteString(z, twoBars)
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"plain": []byte(twoBars), "gzip": gzipped, "zstd": z.EncodeAll([]byte(twoBars), nil), "short": []byte("ab")} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := OpenCSV(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if want := map[bool]string{true: "ab", false: twoBars}[name == "short"]; err != nil || string(text) != want {
			t.Errorf("%s: %q, %v; want %q", name, text, err, want)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := OpenCSV(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestIntervalOfIsTheMostCommonStep(t *testing.T) {
	for _, tt := range []struct {
		times []int64
		want  core.Interval
	}{{nil, 0}, {[]int64{5}, 0}, {[]int64{0, 60, 120, 600, 660}, 60}, {[]int64{0, 60, 180}, 60}} {
		if got := IntervalOf(core.Columns{OpenTime: tt.times}); got != tt.want {
			t.Errorf("IntervalOf(%v) = %d, want %d", tt.times, got, tt.want)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add(twoBars)
	f.Add("open_time,open,high,low,close,volume\n-1,1e300,1,1,1,1\n\n,\n")
	f.Fuzz(func(t *testing.T, text string) {
		skipped := 0
		c, err := ReadCSV(strings.NewReader(text), CSVOptions{Skip: func(error) { skipped++ }})
		if err != nil {
			return
		}
		for i := range c.Len() {
			before := c.Slice(0, i)
			if err := check(&before, c.At(i), 0); err != nil {
				t.Errorf("an invalid bar was taken: %v", err)
			}
		}
		if lines := strings.Count(text, "\n"); c.Len()+skipped > lines+1 {
			t.Errorf("%d bars and %d skipped of %d lines", c.Len(), skipped, lines)
		}
	})
}
