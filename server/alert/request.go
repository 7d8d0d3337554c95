package alert

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/quantum-signals/quantum/server"
)

// request is the body of POST and PUT /alerts.
type request struct {
	Market     string `name:"market" validate:"required,market"`
	Interval   string `name:"interval" validate:"required,interval"`
	Name       string `name:"name" validate:"max=100"`
	Expression string `name:"expression"`
	Trigger    string `name:"trigger" validate:"oneof=bar once"`
	Cooldown   int64  `name:"cooldown" validate:"min=0,max=31536000000"`
	ExpiresAt  int64  `name:"expires_at" validate:"min=0,max=8640000000000000"`
	Message    string `name:"message"`

	hook  hook
	given map[string]bool // names that were there
}

// hook is the webhook of a request: absent leaves what there is, null has none.
type hook struct {
	null        bool
	url, secret string
	given       map[string]bool
}

// readRequest reads and checks a body.
func (s *Service) readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	if err := server.CheckMedia(r, []string{"application/json"}, "application/json"); err != nil {
		return nil, err
	}
	body, err := server.ReadBody(w, r, nil, maxBody)
	if err != nil {
		return nil, err
	}
	var issues server.Issues
	q, err := parseRequest(body, nil, &issues)
	if err != nil {
		return nil, err
	}
	s.check(q, &issues)
	return q, issues.Err()
}

// parseRequest reads a body, and with it what a copied alert has besides.
func parseRequest(body []byte, c *copied, issues *server.Issues) (*request, error) {
	q := &request{Trigger: "bar", given: map[string]bool{}}
	scan := server.NewScanner(body)
	f := form{
		texts: map[string]*string{
			"market": &q.Market, "interval": &q.Interval, "name": &q.Name, "expression": &q.Expression, "trigger": &q.Trigger, "message": &q.Message,
		},
		numbers: map[string]*int64{"cooldown": &q.Cooldown, "expires_at": &q.ExpiresAt},
		nested:  map[string]func(){"webhook": func() { q.readHook(scan, c, issues) }},
	}
	if c != nil {
		c.addTo(&f)
	}
	ok := f.read(scan, "/", q.given, issues)
	if err := scan.End(); err != nil {
		return nil, err
	}
	if !ok {
		return nil, &server.Error{Code: server.CodeMalformed, Detail: "the body must be an object"}
	}
	return q, nil
}

func (q *request) readHook(scan *server.Scanner, c *copied, issues *server.Issues) {
	q.hook = hook{given: map[string]bool{}}
	if scan.Kind() == 'n' {
		scan.Skip()
		q.hook.null = true
		return
	}
	f := form{texts: map[string]*string{"url": &q.hook.url, "secret": &q.hook.secret}}
	if c != nil {
		f.texts["host"], f.texts["off"] = &c.host, &c.off
	}
	if !f.read(scan, "/webhook/", q.hook.given, issues) {
		issues.Shape("/webhook", nil, "an object or null")
	}
}

// form is an object as it is to be read: where each name's value goes.
type form struct {
	texts   map[string]*string
	numbers map[string]*int64
	nested  map[string]func()
}

// read reads the next value, and notes what was given and what is wrong. It is
// false where that is no object.
func (f *form) read(scan *server.Scanner, at string, given map[string]bool, issues *server.Issues) bool {
	ok := true
	for key := range scan.Object(&ok) {
		given[key] = true
		switch {
		case f.texts[key] != nil:
			v, is := scan.Text()
			if *f.texts[key] = v; !is {
				issues.Shape(at+key, nil, "text")
			}
		case f.numbers[key] != nil:
			v, is := scan.Int()
			if *f.numbers[key] = v; !is {
				issues.Shape(at+key, nil, "a whole number, of milliseconds")
			}
		case f.nested[key] != nil:
			f.nested[key]()
		default:
			scan.Skip()
			issues.Unknown(at+key, key, "one of "+f.names())
		}
	}
	return ok
}

func (f *form) names() string {
	names := slices.Concat(slices.Collect(maps.Keys(f.texts)), slices.Collect(maps.Keys(f.numbers)), slices.Collect(maps.Keys(f.nested)))
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// check notes what is wrong with a request.
func (s *Service) check(q *request, issues *server.Issues) {
	s.validate.Check(q, "/", issues)
	note := func(err error) {
		if refused, ok := err.(*server.Error); ok { //nolint:errorlint // as Compile and its like give it
			for _, f := range refused.Fields {
				issues.Add(refused.Code, f)
			}
		}
	}
	_, err := Compile(q.Expression)
	note(err)
	_, err = ParseTemplate(q.Message)
	note(err)
	if !utf8.ValidString(q.Name) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/name", Value: clip(q.Name), Rule: "form", Bound: "valid UTF-8"})
	}
	if q.given["webhook"] && !q.hook.null {
		note(s.checkTarget(q.hook.url))
		if n := len(q.hook.secret); q.hook.given["secret"] && (n < 16 || n > 200) {
			issues.Add(server.CodeInvalid, server.Field{Pointer: "/webhook/secret", Value: fmt.Sprintf("%d bytes", n), Rule: "range", Bound: "from 16 to 200 bytes long"})
		}
	}
}

// checkTarget refuses a webhook that plainly leads nowhere good. What its name
// resolves to is checked with each connection.
func (s *Service) checkTarget(text string) error {
	refuse := func(rule, bound string) error {
		return server.Invalid("/webhook/url", clipBytes(text, 100), rule, bound)
	}
	u, err := url.Parse(text)
	switch {
	case len(text) > 2000:
		return refuse("max", "at most 2000 bytes long")
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return refuse("form", "an https or http URL with a host")
	case u.User != nil:
		return refuse("form", "without a user; the signature says who sends")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && checkAddress(ip, s.options.Allow) != nil {
		return refuse("address", "of the open Internet, not a private, loopback or reserved address")
	}
	return nil
}
