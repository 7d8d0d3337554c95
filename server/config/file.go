package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// File reads variables from a file as .env.example shows them: NAME=value lines,
// blank lines and # comments; quotes around a value are taken off. A file that
// is not there has none.
func File(path string) (Source, error) {
	source := Source{Name: path, Values: map[string]string{}, Closed: true}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return source, nil
	}
	if err != nil {
		return source, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !ok {
			return source, fmt.Errorf("%s line %d is %q, must be NAME=value", path, i+1, line)
		}
		value = strings.TrimSpace(value)
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		source.Values[strings.TrimSpace(name)] = value
	}
	return source, nil
}
