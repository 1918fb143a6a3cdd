// Command peer is the operator's work done with controller-runtime, to measure the operator against.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"edgeapp.example/peer/api"
	"edgeapp.example/peer/controller"
	"edgeapp.example/peer/esa"
)

type options struct {
	esaEndpoint, ownerID, healthBindAddress, leaseNamespace string
	workers                                                 int
	foldWrites                                              bool
}

func main() {
	options := readOptions()
	ctrl.SetLogger(logr.FromSlogHandler(slog.NewJSONHandler(os.Stderr, nil)))
	if err := run(ctrl.SetupSignalHandler(), options); err != nil {
		ctrl.Log.Error(err, "Ending")
		os.Exit(1)
	}
}

// readOptions reads the flags; --kubeconfig, else the variable KUBECONFIG, is read by controller-runtime.
func readOptions() options {
	var o options
	flag.StringVar(&o.esaEndpoint, "esa-endpoint", "", "where the ESA API answers")
	flag.StringVar(&o.ownerID, "owner-id", "", "names this cluster in the marker of every version")
	flag.StringVar(&o.healthBindAddress, "health-bind-address", ":8081", "where /healthz and /readyz answer")
	flag.StringVar(&o.leaseNamespace, "lease-namespace", "default", "where the Lease is")
	flag.IntVar(&o.workers, "concurrency", 16, "how many objects are worked on at a time")
	flag.BoolVar(&o.foldWrites, "fold-writes", false, "record a version that is created within a second in one write")
	flag.Parse()
	return o
}

func run(ctx context.Context, o options) error {
	if !regexp.MustCompile(`^[a-z0-9-]{1,63}$`).MatchString(o.ownerID) {
		return fmt.Errorf("--owner-id must be 1 to 63 lower-case letters, digits and dashes, not %q", o.ownerID)
	}
	cloud, err := esa.New(o.esaEndpoint,
		os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
	if err != nil {
		return err
	}
	manager, err := newManager(o)
	if err != nil {
		return err
	}
	reconciler := &controller.Reconciler{
		Client: manager.GetClient(), ESA: cloud, OwnerID: o.ownerID, FoldWrites: o.foldWrites, Stopping: ctx,
	}
	if err := reconciler.SetUp(ctx, manager, o.workers); err != nil {
		return err
	}
	if err := addChecks(ctx, manager); err != nil {
		return err
	}
	return manager.Start(ctx)
}

func newManager(o options) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), api.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1 // the API server's own priority and fairness is the limit
	config.UserAgent = "edgeapp-peer-controller-runtime"
	return ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Cache:                         cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		Metrics:                       metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress:        o.healthBindAddress,
		LeaderElection:                true,
		LeaderElectionID:              "edgeapp-peer",
		LeaderElectionNamespace:       o.leaseNamespace,
		LeaderElectionReleaseOnCancel: true,
	})
}

// addChecks makes the process ready once it leads and its cache is full.
func addChecks(ctx context.Context, manager ctrl.Manager) error {
	informer, err := manager.GetCache().GetInformer(ctx, &api.EdgeAppVersion{})
	if err != nil {
		return err
	}
	isReady := func(*http.Request) error {
		select {
		case <-manager.Elected():
		default:
			return errors.New("another process leads")
		}
		if !informer.HasSynced() {
			return errors.New("the cache is not full yet")
		}
		return nil
	}
	return errors.Join(manager.AddHealthzCheck("ping", healthz.Ping), manager.AddReadyzCheck("ready", isReady))
}
