package server

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// tree builds with a Scanner what encoding/json builds as any.
func tree(s *Scanner) any {
	ok := true
	switch s.Kind() {
	case '{':
		m := map[string]any{}
		for key := range s.Object(&ok) {
			m[key] = tree(s)
		}
		return m
	case '[':
		list := []any{}
		for range s.Array(&ok) {
			list = append(list, tree(s))
		}
		return list
	case '"':
		v, _ := s.Text()
		return v
	case '0':
		v, _ := s.Float()
		return v
	case 't':
		v, _ := s.Bool()
		return v
	}
	s.Skip()
	return nil
}

func read(text string) (any, error) {
	s := NewScanner([]byte(text))
	v := tree(s)
	return v, s.End()
}

func TestScannerReadsAsTheStandardLibraryDoes(t *testing.T) {
	for _, text := range []string{
		`null`, ` true `, `false`, `0`, `-0`, `-12.5e-3`, `1e22`, `1E+2`, `123456789012345678901234567890`,
		`9007199254740993`, `0.1`, `2.2250738585072014e-308`, `4.9e-324`, `1700006400000`,
		`""`, `"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, `"é"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\u0041"`,
		`[]`, `[1,[2,{"a":[]}]]`, `{}`, `{"a":1,"b":{"c":null}}`, `{"a":1,"a":2}`, "\n[\t1 , 2\r]\n", `"\u007f"`,
		`tru`, `nul`, `+1`, `01`, `1.`, `.5`, `1e`, `1e+`, `-`, `[1,]`, `[,1]`, `[1 2]`, `{"a" 1}`, `{"a":}`, `{a:1}`, `{"a":1,}`, `{1:2}`,
		`"`, `"\x"`, `"\u12g4"`, "\"\n\"", `1 2`, ``, ` `, `[`, `{`, `{"a"`, `]`, `NaN`, `Infinity`, `'a'`, `// no`, "\x00", "1\x00",
	} {
		var want any
		wantErr := json.Unmarshal([]byte(text), &want)
		got, err := read(text)
		if (err != nil) != (wantErr != nil) {
			t.Errorf("reading %q: error %v, encoding/json says %v", text, err, wantErr)
		} else if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("reading %q = %#v, encoding/json reads %#v", text, got, want)
		}
	}
}

func FuzzScanner(f *testing.F) {
	f.Add(`{"candles":{"open_time":[1,2],"open":[1.5,-2e3]},"params":{"a":true,"b":"\u00e9"}}`)
	f.Add(`[[1700006400000,30000.0,30076.36,29972.09,30019.86,511.679]]`)
	f.Fuzz(func(t *testing.T, text string) {
		var want any
		wantErr := json.Unmarshal([]byte(text), &want)
		got, err := read(text)
		deep := strings.Count(text, "[")+strings.Count(text, "{") > maxDepth
		foreign := !strings.ContainsRune(text, '\uFFFD') && strings.ToValidUTF8(text, "") == text
		beyond := wantErr != nil && strings.Contains(wantErr.Error(), "cannot unmarshal number")
		switch {
		case deep || !foreign || beyond: // ours is stricter there, or knows infinities
		case (err != nil) != (wantErr != nil):
			t.Errorf("reading %q: error %v, encoding/json says %v", text, err, wantErr)
		case err == nil && !reflect.DeepEqual(got, want):
			t.Errorf("reading %q = %#v, encoding/json reads %#v", text, got, want)
		}
	})
}

func TestScannerNumbersKeepTheirBits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		v := math.Float64frombits(random.Uint64())
		if random.IntN(2) == 0 { // as prices are written
			v = float64(random.IntN(1e9)) / math.Pow10(random.IntN(9))
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		for _, format := range []byte{'g', 'f', 'e'} {
			text := strconv.FormatFloat(v, format, -1, 64)
			got, ok := NewScanner([]byte(text)).Float()
			if !ok || math.Float64bits(got) != math.Float64bits(v) {
				t.Fatalf("reading %s = %v (%#x), %v, want %#x", text, got, math.Float64bits(got), ok, math.Float64bits(v))
			}
		}
		if text := string(AppendFloat(nil, v)); text == "" {
			t.Fatalf("AppendFloat(%v) is empty", v)
		} else if back, err := strconv.ParseFloat(text, 64); err != nil || math.Float64bits(back) != math.Float64bits(v) {
			t.Fatalf("AppendFloat(%v) = %s, which reads as %v, %v", v, text, back, err)
		}
	}
}

func TestScannerStopsAtDepth(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	if _, err := read(deep); CodeOf(err) != CodeMalformed {
		t.Errorf("reading %d nested arrays: %v, want a malformed input", maxDepth+1, err)
	}
	if _, err := read(deep[1 : len(deep)-1]); err != nil {
		t.Errorf("reading %d nested arrays: %v", maxDepth, err)
	}
}

func TestAppendTextIsJSON(t *testing.T) {
	for _, text := range []string{"", "plain", "quote \" back \\ tab \t nul \x00 del \x7f", "é😀", "broken \xff"} {
		var back string
		if err := json.Unmarshal(AppendText(nil, text), &back); err != nil || back != strings.ToValidUTF8(text, "\uFFFD") {
			t.Errorf("AppendText(%q) reads back as %q, %v", text, back, err)
		}
	}
}

func BenchmarkScanColumns(b *testing.B) {
	var text strings.Builder
	text.WriteString(`[`)
	for i := range 5000 {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString(strconv.FormatFloat(30000+float64(i*7919%100003)/100, 'f', -1, 64))
	}
	text.WriteString(`]`)
	b.SetBytes(int64(text.Len()))
	dst := make([]float64, 0, 5000)
	for b.Loop() {
		dst, _ = NewScanner([]byte(text.String())).AppendFloats(dst[:0], nil)
	}
}
