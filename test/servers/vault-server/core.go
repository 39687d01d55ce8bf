package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/vault/sdk/logical"
)

type mounted struct {
	backend logical.Backend
	storage logical.Storage
}

type token struct {
	policies []string
	ends     time.Time
	latest   time.Time
	ttl      time.Duration
	wrapped  map[string]any
}

type policy struct {
	Path map[string]struct {
		Capabilities []string `json:"capabilities"`
	} `json:"path"`
}

type core struct {
	lock     sync.Mutex
	mounts   map[string]mounted
	tokens   map[string]*token
	policies map[string]policy
	jwt      string
	root     string
	sealed   bool
	busy     int
}

func newCore(root, jwt string) *core {
	return &core{
		mounts: map[string]mounted{}, tokens: map[string]*token{}, policies: map[string]policy{}, root: root, jwt: jwt,
	}
}

func (c *core) issue(policies []string, ttl, longest time.Duration) (string, *token) {
	bytes := make([]byte, 16)
	_, _ = rand.Read(bytes)
	now := time.Now()
	made := &token{policies: policies, ttl: ttl, ends: now.Add(ttl), latest: now.Add(longest)}
	if ttl == 0 {
		made.ends, made.latest = now.Add(time.Hour), now.Add(time.Hour)
	}
	name := "hvs." + hex.EncodeToString(bytes)
	c.tokens[name] = made
	return name, made
}

func auth(name string, t *token) map[string]any {
	return map[string]any{"auth": map[string]any{
		"client_token": name, "policies": t.policies, "renewable": true,
		"lease_duration": int(max(0, time.Until(t.ends).Round(time.Second).Seconds())),
	}}
}

func (c *core) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	body := map[string]any{}
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&body)
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	name := r.Header.Get("X-Vault-Token")
	switch {
	case path == "test/busy":
		c.busy = int(body["times"].(float64))
		answer(w, 200, map[string]any{})
		return
	case path == "sys/unseal":
		c.sealed = false
		answer(w, 200, map[string]any{"sealed": false})
		return
	case path == "sys/health":
		answer(w, 200, map[string]any{"sealed": c.sealed})
		return
	case c.sealed:
		refuse(w, 503, "Vault is sealed")
		return
	case c.busy > 0:
		c.busy--
		refuse(w, 429, "request path \""+path+"\": rate limit quota exceeded")
		return
	case path == "auth/kubernetes/login":
		if body["jwt"] != c.jwt || body["role"] != "vedette" {
			refuse(w, 403, "permission denied")
			return
		}
		made, t := c.issue([]string{"vedette"}, time.Hour, time.Hour)
		answer(w, 200, auth(made, t))
		return
	case path == "auth/approle/login":
		c.logical(w, r, path, logical.UpdateOperation, body)
		return
	}
	t := c.tokens[name]
	if name != c.root && (t == nil || time.Now().After(t.ends)) {
		refuse(w, 403, "permission denied", "invalid token")
		return
	}
	if c.sys(w, r, path, name, t, body) {
		return
	}
	operation := map[string]logical.Operation{
		"GET": logical.ReadOperation, "POST": logical.UpdateOperation, "PUT": logical.UpdateOperation,
		"DELETE": logical.DeleteOperation, "LIST": logical.ListOperation,
	}[r.Method]
	if operation == logical.UpdateOperation {
		operation = c.createOrUpdate(r, path, body)
	}
	if name != c.root && !slices.Contains(c.capabilities(t, path), string(operation)) {
		refuse(w, 403, "1 error occurred:\n\t* permission denied\n\n")
		return
	}
	c.logical(w, r, path, operation, body)
}

// What Vault's core answers itself. Whether it did.
func (c *core) sys(w http.ResponseWriter, r *http.Request, path, name string, t *token, body map[string]any) bool {
	isRoot := name == c.root
	switch {
	case path == "auth/token/lookup-self":
		answer(w, 200, map[string]any{"data": map[string]any{"id": "redacted"}})
	case path == "auth/token/renew-self":
		if isRoot {
			answer(w, 200, map[string]any{})
			return true
		}
		t.ends = time.Now().Add(t.ttl)
		if t.ends.After(t.latest) {
			t.ends = t.latest
		}
		answer(w, 200, auth(name, t))
	case path == "sys/capabilities-self":
		data := map[string]any{}
		for _, each := range body["paths"].([]any) {
			data[each.(string)] = []string{"root"}
			if !isRoot {
				data[each.(string)] = c.capabilities(t, each.(string))
			}
		}
		answer(w, 200, map[string]any{"data": data})
	case path == "sys/wrapping/unwrap":
		if t == nil || t.wrapped == nil {
			refuse(w, 400, "wrapping token is not valid or does not exist")
			return true
		}
		delete(c.tokens, name)
		answer(w, 200, map[string]any{"data": t.wrapped})
	case isRoot && path == "auth/token/create":
		ttl, _ := time.ParseDuration(text(body["ttl"]))
		longest, _ := time.ParseDuration(text(body["explicit_max_ttl"]))
		policies := []string{}
		for _, each := range body["policies"].([]any) {
			policies = append(policies, each.(string))
		}
		made, t := c.issue(policies, ttl, max(ttl, longest))
		answer(w, 200, auth(made, t))
	case isRoot && path == "auth/token/revoke":
		delete(c.tokens, text(body["token"]))
		w.WriteHeader(204)
	case isRoot && path == "auth/token/revoke-all":
		c.tokens = map[string]*token{}
		w.WriteHeader(204)
	case isRoot && strings.HasPrefix(path, "sys/policies/acl/"):
		var read policy
		if err := json.Unmarshal([]byte(text(body["policy"])), &read); err != nil {
			refuse(w, 400, err.Error())
			return true
		}
		c.policies[strings.TrimPrefix(path, "sys/policies/acl/")] = read
		w.WriteHeader(204)
	case isRoot && path == "sys/seal":
		c.sealed = true
		w.WriteHeader(204)
	default:
		return false
	}
	return true
}

func (c *core) mountOf(path string) (string, mounted, bool) {
	for prefix, m := range c.mounts {
		if strings.HasPrefix(path, prefix) {
			return strings.TrimPrefix(path, prefix), m, true
		}
	}
	return "", mounted{}, false
}

func (c *core) createOrUpdate(r *http.Request, path string, body map[string]any) logical.Operation {
	rest, m, ok := c.mountOf(path)
	if !ok {
		return logical.UpdateOperation
	}
	request := &logical.Request{Operation: logical.CreateOperation, Path: rest, Data: body, Storage: m.storage}
	if checks, exists, err := m.backend.HandleExistenceCheck(r.Context(), request); err == nil && checks && !exists {
		return logical.CreateOperation
	}
	return logical.UpdateOperation
}

func (c *core) logical(w http.ResponseWriter, r *http.Request, path string, operation logical.Operation, body map[string]any) {
	rest, m, ok := c.mountOf(path)
	if !ok {
		refuse(w, 404, "no handler for route \""+path+"\". route entry not found.")
		return
	}
	request := &logical.Request{
		Operation: operation, Path: rest, Data: body, Storage: m.storage, MountPoint: strings.TrimSuffix(path, rest),
		Connection: &logical.Connection{RemoteAddr: "127.0.0.1"},
	}
	// The engines lock for themselves.
	c.lock.Unlock()
	response, err := m.backend.HandleRequest(r.Context(), request)
	c.lock.Lock()
	if status, failure := logical.RespondErrorCommon(request, response, err); failure != nil || status != 0 {
		if failure == nil {
			refuse(w, status)
			return
		}
		refuse(w, status, failure.Error())
		return
	}
	switch {
	case response == nil:
		w.WriteHeader(204)
	case response.Auth != nil:
		made, t := c.issue(response.Auth.Policies, response.Auth.TTL, max(response.Auth.TTL, response.Auth.MaxTTL))
		answer(w, 200, auth(made, t))
	case r.Header.Get("X-Vault-Wrap-TTL") != "":
		made, t := c.issue(nil, time.Minute, time.Minute)
		t.wrapped = response.Data
		answer(w, 200, map[string]any{"wrap_info": map[string]any{"token": made}})
	default:
		answer(w, 200, map[string]any{"data": response.Data, "warnings": response.Warnings})
	}
}

// The longest pattern decides: an exact path, or one that ends in *.
func (c *core) capabilities(t *token, path string) []string {
	found, length := []string{"deny"}, -1
	for _, name := range t.policies {
		for pattern, rule := range c.policies[name].Path {
			start, isPrefix := strings.CutSuffix(pattern, "*")
			if (pattern == path || isPrefix && strings.HasPrefix(path, start)) && len(pattern) > length {
				found, length = rule.Capabilities, len(pattern)
			}
		}
	}
	return found
}

func text(value any) string {
	found, _ := value.(string)
	return found
}
