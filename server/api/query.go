package api

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

// decode reads the query string into a struct by its name tags, then checks
// its validate tags. Strings, whole numbers and lists of strings may be asked
// for; of what comes twice and is no list, the last counts. A name that means
// nothing is an error.
func (a *api) decode(r *http.Request, q any) error { return a.decodeValues(r.URL.Query(), q) }

func (a *api) decodeValues(query url.Values, q any) error {
	var issues server.Issues
	target := reflect.ValueOf(q).Elem()
	places := map[string]reflect.Value{}
	for i := range target.NumField() {
		places[target.Type().Field(i).Tag.Get("name")] = target.Field(i)
	}
	for name, values := range query {
		place, ok := places[name]
		if !ok {
			issues.Unknown(name, name, "a parameter of this request")
			continue
		}
		last := values[len(values)-1]
		switch place.Kind() {
		case reflect.String:
			place.SetString(last)
		case reflect.Slice:
			place.Set(reflect.ValueOf(values))
		default:
			n, err := strconv.ParseInt(last, 10, 64)
			if err != nil {
				issues.Add(server.CodeInvalid, server.Field{Pointer: name, Value: last, Rule: "type", Bound: "a whole number"})
				continue
			}
			place.SetInt(n)
		}
	}
	a.validate.Check(q, "", &issues)
	return issues.Err()
}

// series is the watched series a checked query names.
func (a *api) series(r *http.Request, market, interval string) (server.Series, error) {
	series, err := server.ParseSeries(market + ":" + interval)
	if err != nil {
		return series, err
	}
	watched, err := a.store.Watched(r.Context())
	if err != nil {
		return series, unavailable(err)
	}
	for _, w := range watched {
		if w.Series == series {
			return series, nil
		}
	}
	return series, &server.Error{Code: server.CodeNotFound, Detail: series.String() + " is not watched"}
}

// unavailable is a failed call of the store, as the caller may see it. What is
// the caller's own fault stays so.
func unavailable(err error) error {
	if err == nil || server.CodeOf(err) != server.CodeInternal {
		return err
	}
	return &server.Error{Code: server.CodeUnavailable, Detail: "the store does not answer; try again", Err: err}
}
