//go:build tinygo

package main

import (
	"math"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// profileRoom is more than a profile of the most rows takes on its way, besides
// a few words a bar.
const profileRoom = 4 << 20

// volumeParams reads count parameters in catalog order.
func volumeParams(offset, count uint32) (volume.Params, int32) {
	if !held(offset, uint64(count)) {
		return volume.Params{}, badPointer("params", offset)
	}
	m, ok := scratch.enter(paramsRoom)
	if !ok {
		return volume.Params{}, outOfMemory()
	}
	p, err := volume.ParamsFromVector(floats(offset, int(count)))
	return p, scratch.leave(m, err)
}

// volume takes the profile of count bars and writes it to out, which has room
// for capacity words. It returns how many words the profile is; where that is
// above capacity nothing is in out: reserve so much and ask again.
//
//go:wasmexport volume
func volumeBars(params, paramCount, candles, count, out, capacity uint32) int32 {
	p, status := volumeParams(params, paramCount)
	if status < 0 {
		return status
	}
	in, ok := candlesAt(candles, count, count)
	if !ok {
		return badPointer("candles", candles)
	}
	dst, ok := profileAt(out, capacity, candles, len(in.words))
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(profileRoom + wordSize*uintptr(count))
	if !ok {
		return outOfMemory()
	}
	var profile *volume.Profile
	c, err := in.bars(0, int(count), 0)
	if c.Len() > 0 || err == nil {
		var refused error
		profile, refused = volume.Compute(p, c)
		err = first(refused, err)
	}
	return leaveProfile(m, dst, profile, err)
}

// first is the refusal the native engine gives, which looks at every bar before
// it computes anything: of a bar before the one whose time is none, else of that
// time, else of the whole.
func first(refused, time error) error {
	if time == nil || refused != nil && refused.(*core.Error).Index >= 0 {
		return refused
	}
	return time
}

// volume_trades takes the profile of count trades: columns of time, price, size
// and side of the taker, -1, 0 or 1. The rest is as with volume.
//
//go:wasmexport volume_trades
func volumeTrades(params, paramCount, trades, count, out, capacity uint32) int32 {
	p, status := volumeParams(params, paramCount)
	if status < 0 {
		return status
	}
	words := columnWords(tradeColumns, count, count)
	if !held(trades, words) {
		return badPointer("trades", trades)
	}
	dst, ok := profileAt(out, capacity, trades, int(words))
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(profileRoom + 2*wordSize*uintptr(count))
	if !ok {
		return outOfMemory()
	}
	var profile *volume.Profile
	t, err := tradesOf(floats(trades, int(words)), int(count))
	if t.Len() > 0 || err == nil {
		var refused error
		profile, refused = volume.FromTrades(p, t)
		err = first(refused, err)
	}
	return leaveProfile(m, dst, profile, err)
}

const tradeColumns = 4

// tradesOf views the host's trades; where a time or a side is none they end
// before it, and the error says so.
func tradesOf(words []float64, count int) (volume.Trades, error) {
	times, sides := make([]int64, count), make([]core.Side, count)
	var refused error
	for i := range times {
		at, side := words[i], words[3*count+i]
		if !isTime(at) {
			refused = badTime(at, "time", i)
		} else if side != -1 && side != 0 && side != 1 {
			refused = badSide(side, i)
		}
		if refused != nil {
			times, sides = times[:i], sides[:i]
			break
		}
		times[i], sides[i] = int64(at), core.Side(side)
	}
	n := len(times)
	return volume.Trades{Time: times, Price: words[count:][:n], Size: words[2*count:][:n], Side: sides}, refused
}

func badSide(side float64, index int) error {
	rule := core.RuleWhole
	if side == math.Trunc(side) {
		rule = core.RuleRange
	}
	return &core.Error{Code: core.InvalidBar, Field: "side", Index: index, Value: core.Canonical(side), Rule: rule, Low: -1, High: 1}
}
