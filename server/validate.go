package server

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/quantum-signals/quantum/core"
)

// Validator checks request types by their validate tags. Beside the tags of
// go-playground/validator it knows interval and market. Safe for concurrent
// use once its own tags are added.
type Validator struct {
	v      *validator.Validate
	bounds map[string]string // of own tags: what they ask for
}

// IntervalBound is what an interval must be.
const IntervalBound = "a whole number of s, m, h, d or w from 1s to 4w, as in 15m"

// NewValidator returns a validator that names fields as their name tag does, or
// their env tag.
func NewValidator() *Validator {
	v := &Validator{v: validator.New(), bounds: map[string]string{}}
	v.v.RegisterTagNameFunc(func(f reflect.StructField) string { return cmp.Or(f.Tag.Get("name"), f.Tag.Get("env")) })
	v.Tag("interval", IntervalBound, func(s string) bool {
		_, err := core.ParseInterval(s)
		return err == nil
	})
	v.Tag("market", "source:SYMBOL, as in binance:BTCUSDT", func(s string) bool {
		_, err := ParseMarket(s)
		return err == nil
	})
	return v
}

// Tag adds a tag for text. bound is what it asks for, as it reads after "must
// be".
func (v *Validator) Tag(tag, bound string, ok func(string) bool) {
	v.bounds[tag] = bound
	err := v.v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return ok(f.Field().String()) })
	if err != nil {
		panic(err) // a tag's name is empty or taken: a bug of ours
	}
}

// Alias adds a tag that stands for others, so that a configured bound can be
// part of one.
func (v *Validator) Alias(tag, meaning string) { v.v.RegisterAlias(tag, meaning) }

// Check notes every field of a request that breaks its tags, but for the named
// ones. A field's pointer is prefix and its name.
func (v *Validator) Check(request any, prefix string, issues *Issues, except ...string) {
	err := v.v.StructExcept(request, except...)
	if err == nil {
		return
	}
	var fields validator.ValidationErrors
	if !errors.As(err, &fields) {
		panic(err) // not a struct: a bug of ours
	}
	for _, f := range fields {
		issues.Add(CodeInvalid, Field{Pointer: prefix + place(f), Value: f.Value(), Rule: f.ActualTag(), Bound: v.bound(f)})
	}
}

// place is a field's name below the request: "fields[2]" is "fields/2".
func place(f validator.FieldError) string {
	_, path, _ := strings.Cut(f.Namespace(), ".")
	return strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(path)
}

// bound says what a tag asks for, as it reads after "must be".
func (v *Validator) bound(f validator.FieldError) string {
	sized := slices.Contains([]reflect.Kind{reflect.Slice, reflect.Map, reflect.String, reflect.Array}, f.Kind())
	unit := ""
	switch {
	case sized && f.Kind() == reflect.String:
		unit = " characters long"
	case sized:
		unit = " values long"
	}
	if own, ok := v.bounds[f.ActualTag()]; ok {
		return own
	}
	switch f.ActualTag() {
	case "required":
		return "a value"
	case "min", "gte":
		return "at least " + f.Param() + unit
	case "max", "lte":
		return "at most " + f.Param() + unit
	case "oneof":
		return "one of " + strings.ReplaceAll(f.Param(), " ", ", ")
	case "unique":
		return "without repetition"
	case "gtfield":
		return "greater than " + strings.ToLower(f.Param())
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s", f.ActualTag(), f.Param()))
}
