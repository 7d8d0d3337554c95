package volume_test

import (
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core/volume"
)

// describe writes events as "poc_shift bull 10.5 14.5; …".
func describe(events []volume.Event) string {
	var all []string
	for _, e := range events {
		words := []string{e.Signal.String(), e.Side.String()}
		for _, l := range e.Levels {
			words = append(words, strconv.FormatFloat(l.Price, 'g', -1, 64))
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, "; ")
}
