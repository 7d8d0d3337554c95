package main

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/quantum-signals/quantum/core"
)

// place is where files are: the vectors of the repository, and a directory
// hosts leave theirs in.
type place struct{ dir, vectors string }

func (p place) testdata(name string) string {
	engine, file := filepath.Split(name)
	return filepath.Join(p.vectors, engine, "testdata", file)
}

func (p place) reference(name, part string) string {
	return filepath.Join(p.dir, "reference", name+"."+part)
}

// left is the snapshot a host took half-way through a case.
func (p place) left(host, name string) string { return filepath.Join(p.dir, "left", host, name) }

func (p place) rows(host string) string { return filepath.Join(p.dir, "rows", host+".json") }

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

func writeJSON(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return write(path, text)
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// Words are float64, little endian.

func writeWords(path string, words []float64) error {
	b := make([]byte, 0, 8*len(words))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(w))
	}
	return write(path, b)
}

func readWords(path string) ([]float64, error) {
	b, err := os.ReadFile(path)
	words := make([]float64, len(b)/8)
	for i := range words {
		words[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return words, err
}

// readCSV reads a gzipped file by row, its header apart; an empty field is
// absent.
func (p place) readCSV(name string) (header []string, rows [][]float64, err error) {
	file, err := os.Open(p.testdata(name))
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, nil, err
	}
	records, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	for _, record := range records[1:] {
		row := make([]float64, len(record))
		for i, field := range record {
			row[i] = core.Absent()
			if field != "" {
				if row[i], err = strconv.ParseFloat(field, 64); err != nil {
					return nil, nil, err
				}
			}
		}
		rows = append(rows, row)
	}
	return records[0], rows, nil
}

func (p place) candles(name string) (core.Columns, error) {
	_, rows, err := p.readCSV(name)
	c := core.MakeColumns(len(rows))
	for _, r := range rows {
		c.Append(core.Candle{OpenTime: int64(r[0]), Open: r[1], High: r[2], Low: r[3], Close: r[4], Volume: r[5]})
	}
	return c, err
}
