// Vault's own Transit engine and AppRole, behind a small core of ours: tokens that end, policies, sealing, a standby. The
// statuses and errors of the engines are made by Vault's code; the core keeps to the published API, as far as tests go.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"

	log "github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/transit"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/file"
)

func main() {
	address := flag.String("address", "", "such as 127.0.0.1:8200")
	standby := flag.String("standby", "", "address of a node that sends everybody to the first; none without it")
	folder := flag.String("folder", "", "where the engines keep their data; tokens are in memory")
	root := flag.String("root", "", "token that may do everything")
	jwt := flag.String("jwt", "", "token of the service account that may sign in as the role vedette")
	certificate := flag.String("certificate", "", "PEM; with it, TLS is spoken")
	key := flag.String("key", "", "PEM")
	flag.Parse()

	logger := log.New(&log.LoggerOptions{Level: log.Error, Output: os.Stderr})
	core := newCore(*root, *jwt)
	core.mount("transit/", transit.Factory, storageIn(*folder+"/transit", logger), logger)
	core.mount("auth/approle/", approle.Factory, storageIn(*folder+"/approle", logger), logger)

	serve := func(address string, handler http.Handler) {
		server := &http.Server{Addr: address, Handler: handler, ErrorLog: logger.StandardLogger(nil)}
		if *certificate != "" {
			fail(server.ListenAndServeTLS(*certificate, *key))
		}
		fail(server.ListenAndServe())
	}
	if *standby != "" {
		go serve(*standby, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+*address+r.URL.Path, http.StatusTemporaryRedirect)
		}))
	}
	fmt.Println("starting")
	serve(*address, core)
}

func storageIn(folder string, logger log.Logger) logical.Storage {
	backend, err := file.NewFileBackend(map[string]string{"path": folder}, logger)
	if err != nil {
		fail(err)
	}
	return logical.NewLogicalStorage(backend)
}

func (c *core) mount(prefix string, factory logical.Factory, storage logical.Storage, logger log.Logger) {
	backend, err := factory(context.Background(), &logical.BackendConfig{
		Logger: logger, System: logical.TestSystemView(), StorageView: storage, Config: map[string]string{},
	})
	if err != nil {
		fail(err)
	}
	c.mounts[prefix] = mounted{backend, storage}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, sentences ...string) {
	if sentences == nil {
		sentences = []string{}
	}
	answer(w, status, map[string]any{"errors": sentences})
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
