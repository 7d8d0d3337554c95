package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/klauspost/compress/zstd"
)

const vectors = "../../../core/cipher/testdata/"

// unpacked reads a reference vector.
func unpacked(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(vectors + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// quantum runs a command line.
func quantum(t testing.TB, in []byte, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, streams{bytes.NewReader(in), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// must runs a command line that is to succeed.
func must(t testing.TB, args ...string) string {
	t.Helper()
	code, out, errs := quantum(t, nil, args...)
	if code != exitOK {
		t.Fatalf("quantum %s: exit %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

// differs tells where two texts first differ.
func differs(got, want string) string {
	if got == want {
		return ""
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is\n%.200s\nwant\n%.200s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func TestCipherCSVIsTheReferenceFormat(t *testing.T) {
	for _, engine := range []string{"native", "wasm"} {
		for _, name := range []string{"walk", "tiny", "gaps", "torture"} {
			for _, preset := range []string{"quantum", "classic"} {
				t.Run(engine+"/"+name+"."+preset, func(t *testing.T) {
					got := must(t, "compute", "cipher", "--file", vectors+name+".csv.gz", "--preset", preset, "--format", "csv", "--engine", engine)
					if d := differs(got, string(unpacked(t, name+"."+preset+".csv.gz"))); d != "" {
						t.Error(d)
					}
				})
			}
		}
		got := must(t, "compute", "cipher", "--file", vectors+"walk.csv.gz", "--preset", "classic", "--params", vectors+"changed.json", "--format", "csv", "--engine", engine)
		if d := differs(got, string(unpacked(t, "walk.changed.csv.gz"))); d != "" {
			t.Errorf("%s, changed parameters: %s", engine, d)
		}
	}
}

func TestTheModuleGivesWhatTheBinaryGives(t *testing.T) {
	for _, args := range [][]string{
		{"cipher", "--events", "--format", "csv"},
		{"cipher", "--format", "ndjson", "--fields", "wt1,gold,htf_fast_wt"},
		{"volume", "--format", "json"},
		{"volume", "--format", "csv", "--param", "row_size=250", "--param", "expansion=single"},
		{"volume"},
	} {
		line := append([]string{"compute"}, append(args, "--file", vectors+"torture.csv.gz")...)
		native, module := must(t, line...), must(t, append(line, "--engine", "wasm")...)
		if d := differs(module, native); d != "" || len(native) < 100 {
			t.Errorf("%v: %s", args, d)
		}
	}
}

func TestEventsAsCSV(t *testing.T) {
	out := must(t, "compute", "cipher", "--file", vectors+"walk.csv.gz", "--events", "--format", "csv")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if !strings.HasPrefix(lines[0], "open_time,kind,side,price,") {
		t.Errorf("the header is %s", lines[0])
	}
	pivots := 0
	for _, line := range lines[1:] {
		cells := strings.Split(line, ",")
		if len(cells) != 11 || !strings.HasPrefix(cells[1], "cipher.") || !slices.Contains([]string{"bull", "bear", "none"}, cells[2]) {
			t.Fatalf("the line %q is no event", line)
		}
		if cells[5] != "" {
			pivots++
		}
	}
	if pivots == 0 || pivots == len(lines)-1 {
		t.Errorf("%d of %d events have pivots, want the divergences", pivots, len(lines)-1)
	}
	if dry := must(t, "replay", "--file", vectors+"walk.csv.gz", "--dry-run"); dry != out {
		t.Errorf("replay --dry-run prints something else: %s", differs(dry, out))
	}
}

func TestEveryFormatHoldsTheSameReadings(t *testing.T) {
	args := []string{"compute", "cipher", "--file", vectors + "walk.csv.gz", "--fields", "rsi,buy"}
	csv := strings.Split(strings.TrimSpace(must(t, append(args, "--format", "csv")...)), "\n")[1:]
	var answer struct {
		Columns struct {
			OpenTime []int64 `json:"open_time"`
			RSI      []*float64
			Buy      []int
		}
	}
	if err := json.Unmarshal([]byte(must(t, append(args, "--format", "json")...)), &answer); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(must(t, append(args, "--format", "ndjson")...)), "\n")
	table, err := ipc.NewReader(strings.NewReader(must(t, append(args, "--format", "arrow")...)))
	if err != nil {
		t.Fatal(err)
	}
	batch, err := table.Read()
	if err != nil {
		t.Fatal(err)
	}
	times := batch.Column(0).(*array.Timestamp)
	rsi, buy := batch.Column(1).(*array.Float64), batch.Column(2).(*array.Boolean)
	if len(lines) != len(csv) || len(answer.Columns.RSI) != len(csv) || rsi.Len() != len(csv) {
		t.Fatalf("csv has %d bars, json %d, ndjson %d, arrow %d", len(csv), len(answer.Columns.RSI), len(lines), rsi.Len())
	}
	for i := range csv {
		var line struct {
			OpenTime int64 `json:"open_time"`
			RSI      *float64
			Buy      int
		}
		if err := json.Unmarshal([]byte(lines[i]), &line); err != nil {
			t.Fatal(err)
		}
		want := math.NaN()
		if line.RSI != nil {
			want = *line.RSI
		}
		cells := string(appendFloat(fmt.Appendf(nil, "%d,", line.OpenTime), want)) + fmt.Sprintf(",%d", line.Buy)
		same := answer.Columns.OpenTime[i] == line.OpenTime && int64(times.Value(i)) == line.OpenTime && answer.Columns.Buy[i] == line.Buy && buy.Value(i) == (line.Buy == 1) &&
			rsi.IsNull(i) == (line.RSI == nil) && (answer.Columns.RSI[i] == nil) == (line.RSI == nil)
		if line.RSI != nil {
			same = same && rsi.Value(i) == want && *answer.Columns.RSI[i] == want
		}
		if cells != csv[i] || !same {
			t.Fatalf("bar %d: csv %s, ndjson %s, arrow %v %v %v", i, csv[i], lines[i], times.Value(i), rsi.ValueStr(i), buy.Value(i))
		}
	}
	text := must(t, args...)
	if !strings.Contains(text, "bar opens (UTC)") || !strings.Contains(text, "2023-11-15 00:00:00") {
		t.Errorf("the table begins %.200s", text)
	}
}

func TestTheHistogramNamesItsLevels(t *testing.T) {
	out := must(t, "compute", "volume", "--file", vectors+"walk.csv.gz")
	for _, want := range []string{"◀ POC 20059.2492", "◀ VAH 27023.1433", "◀ VAL 18011.0450", "24 rows from 3000 bars", "█", "░"} {
		if !strings.Contains(out, want) {
			t.Errorf("the histogram lacks %q:\n%s", want, out)
		}
	}
	if lines := strings.Split(out, "\n"); len(lines) != 24+4 {
		t.Errorf("%d lines, want 24 rows and a legend:\n%s", len(lines), out)
	}
}

func TestVolumeFromTrades(t *testing.T) {
	trades := "time,price,size,side\n1000,10,1,buy\n1000,10.5,2,sell\n2000,11,4,\n"
	code, out, errs := quantum(t, []byte(trades), "compute", "volume", "--trades", "-", "--param", "rows=2", "--format", "csv")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if want := "low,high,up,down,poc,value_area\n10.0,10.5,1.0,0.0,0,0\n10.5,11.0,4.0,2.0,1,1\n"; out != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
	for _, bad := range []string{"time,price,side\n", "time,price,size\n1,x,1\n", "time,price,size,side\n1,1,1,long\n", ""} {
		if code, _, errs := quantum(t, []byte(bad), "compute", "volume", "--trades", "-"); code != exitFailure || !strings.HasPrefix(errs, "quantum: -: ") {
			t.Errorf("trades %q: exit %d, %s", bad, code, errs)
		}
	}
}

func TestCompressedInputAndStandardInput(t *testing.T) {
	plain := unpacked(t, "walk.csv.gz")
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "walk.csv.zst")
	if err := os.WriteFile(file, z.EncodeAll(plain, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	want := must(t, "compute", "volume", "--file", vectors+"walk.csv.gz", "--format", "csv")
	if got := must(t, "compute", "volume", "--file", file, "--format", "csv"); got != want {
		t.Error("zstd gives another profile")
	}
	if code, got, errs := quantum(t, plain, "compute", "volume", "--file", "-", "--format", "csv"); code != exitOK || got != want {
		t.Errorf("standard input gives another profile: exit %d %s", code, errs)
	}
}

func TestInvalidBarsAreRefusedOrLeftOut(t *testing.T) {
	text := "time,open,high,low,close,volume\n0,1,2,1,1,1\n60000,1,0,1,1,1\n120000,1,1,1,1,NaN\n180000,1,1,1,1,1\n"
	code, out, errs := quantum(t, []byte(text), "compute", "cipher", "--file", "-", "--format", "csv", "--fields", "rsi")
	if code != exitFailure || out != "" || !strings.Contains(errs, "line 3: bar 1: high is 0, must be at least 1") {
		t.Errorf("exit %d, %q, %s", code, out, errs)
	}
	code, out, errs = quantum(t, []byte(text), "compute", "cipher", "--file", "-", "--format", "csv", "--fields", "rsi", "--on-invalid", "skip")
	if code != exitOK || out != "open_time,rsi\n0,\n180000,\n" || strings.Count(errs, "left out: line") != 2 {
		t.Errorf("exit %d, %q, %s", code, out, errs)
	}
}

func TestWrongUseExitsWithTwo(t *testing.T) {
	one := "time,open,high,low,close,volume\n0,1,2,1,1,1\n"
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"compute cipher", exitUsage, "--file is missing"},
		{"compute cipher --bogus", exitUsage, "unknown flag: --bogus"},
		{"compute sphere", exitUsage, `"sphere" is not a command`},
		{"compute cipher extra --file -", exitUsage, "takes no arguments"},
		{"shout", exitUsage, `"shout" is not a command`},
		{"compute cipher --file - --format xml", exitUsage, "must be one of table, csv, json, ndjson, arrow"},
		{"compute cipher --file - --engine gpu", exitUsage, "must be one of native, wasm"},
		{"compute cipher --file - --interval 1y", exitUsage, `interval is "1y", must be a whole number`},
		{"compute cipher --file -", exitUsage, "give --interval"},
		{"compute cipher --file - --interval 1m --fields wt9", exitUsage, "fields is \"wt9\""},
		{"compute cipher --file - --interval 1m --preset gold", exitUsage, "preset is \"gold\", must be one of quantum, classic"},
		{"compute cipher --file - --interval 1m --param rsi_period", exitUsage, "must be name=value"},
		{"compute cipher --file - --interval 1m --param rsi_period=0", exitUsage, "rsi_period is 0, must be a whole number from 1 to 1000"},
		{"compute cipher --file - --interval 1m --param rsi=1", exitUsage, "rsi is not a parameter of the catalog"},
		{"compute volume --file - --trades -", exitUsage, "exactly one of --file and --trades"},
		{"compute cipher --file none.csv", exitFailure, "none.csv"},
		{"replay --file - --interval 1m", exitUsage, "--market is missing"},
		{"replay --file - --interval 1m --market x", exitUsage, "market is \"x\""},
		{"replay --file - --speed fast", exitUsage, "--speed is \"fast\""},
		{"monitor", exitUsage, "REDIS_URL is missing"},
		{"serve --port x", exitUsage, "--port"},
		{"serve --port 70000", exitUsage, "PORT is 70000"},
	} {
		t.Setenv("REDIS_URL", "")
		code, out, errs := quantum(t, []byte(one), strings.Fields(tt.args)...)
		if code != tt.code || out != "" || !strings.Contains(errs, tt.want) || !strings.HasPrefix(errs, "quantum: ") {
			t.Errorf("quantum %s: exit %d, %q, %s; want exit %d and …%s…", tt.args, code, out, errs, tt.code, tt.want)
		}
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	for _, args := range []string{"", "compute", "compute cipher", "compute volume", "replay", "serve", "monitor", "config", "version"} {
		out := must(t, append(strings.Fields(args), "--help")...)
		if !strings.Contains(out, "Examples:\n  ") {
			t.Errorf("the help of %q has no example:\n%s", args, out)
		}
	}
	if out := must(t, "version"); !strings.Contains(out, "wasm    ") || !strings.Contains(out, "go      go1") {
		t.Errorf("version prints %s", out)
	}
	t.Setenv("PORT", "9001")
	if out := must(t, "config"); !strings.Contains(out, "9001") || !strings.Contains(out, "environment") || !strings.Contains(out, "default") {
		t.Errorf("config prints %s", out)
	}
	if out := must(t, "completion", "bash"); !strings.Contains(out, "quantum") {
		t.Errorf("completion prints %.100s", out)
	}
}
