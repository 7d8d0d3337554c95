package core_test

import (
	"errors"
	"math"
	"testing"

	"github.com/quantum-signals/quantum/core"
)

func TestOpenTimeBounds(t *testing.T) {
	for _, open := range []int64{0, -1, core.MaxOpenTime, -core.MaxOpenTime} {
		if err := core.CheckOpenTime(open, 3); err != nil {
			t.Errorf("CheckOpenTime(%d): %v", open, err)
		}
	}
	for _, open := range []int64{core.MaxOpenTime + 1, -core.MaxOpenTime - 1, math.MaxInt64, math.MinInt64} {
		var refused *core.Error
		if err := core.CheckOpenTime(open, 3); !errors.As(err, &refused) || refused.Field != "open_time" || refused.Index != 3 {
			t.Errorf("CheckOpenTime(%d): %v", open, err)
		}
	}
}

func TestSideNames(t *testing.T) {
	for side, want := range map[core.Side]string{core.Bull: "bull", core.Bear: "bear", core.None: "none"} {
		if side.String() != want {
			t.Errorf("side %d is %q, want %q", side, side, want)
		}
	}
}
