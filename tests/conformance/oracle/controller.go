package main

import (
	"encoding/json"
	"fmt"
	_ "unsafe" // for go:linkname

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/annotations"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/aws"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/aws/throttle"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/config"
	elbv2deploy "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/deploy/elbv2"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/deploy/tracking"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/ingress"
	lbcmetrics "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/metrics/lbc"
	networkingpkg "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/networking"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/service"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/shared_constants"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/shared_utils"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/webhook"
	elbv2webhook "sigs.k8s.io/aws-load-balancer-controller/v3/webhooks/elbv2"
	networkingwebhook "sigs.k8s.io/aws-load-balancer-controller/v3/webhooks/networking"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Controller is those parts of the controller that decide what is built, wired as its main program and its group reconciler
// wire them.
type Controller struct {
	loader    ingress.GroupLoader
	builder   ingress.ModelBuilder
	ingresses webhook.Validator
	params    webhook.Validator
	bindings  bindingWebhooks
	services  service.ModelBuilder
	// reconcilesServices says whether the controller looks after Services at all.
	reconcilesServices bool
	metrics            lbcmetrics.MetricCollector
	patience           int
}

// Parts are what a model builder is made of, whatever the release.
type Parts struct {
	client   client.Client
	facts    Facts
	settings config.ControllerConfig
	parser   annotations.Parser
	auth     ingress.AuthConfigBuilder
	backends ingress.EnhancedBackendBuilder
	tracking tracking.Provider
	tagging  elbv2deploy.TaggingManager
	subnets  networkingpkg.SubnetsResolver
	backend  networkingpkg.BackendSGProvider
	groups   networkingpkg.SecurityGroupResolver
	targets  shared_utils.TargetGroupARNMapper
	metrics  lbcmetrics.MetricCollector
}

// The controller remembers trust stores by name for as long as it runs; here each case has its own.
//
//go:linkname trustStoreARNCache sigs.k8s.io/aws-load-balancer-controller/v3/pkg/shared_utils.trustStoreARNCache
var trustStoreARNCache *cache.Expiring

// serviceAnnotationPrefix is that of the annotations of a Service.
const serviceAnnotationPrefix = "service.beta.kubernetes.io"

var silent = &record.FakeRecorder{}

func newController(asked Case, settings Settings, k8s client.Client) Controller {
	trustStoreARNCache = cache.NewExpiring()
	var (
		log     = logr.Discard()
		network = ec2{facts: asked.Facts}
		elb     = elbv2{facts: asked.Facts}
		vpc     = asked.Facts.VPC
		gates   = settings.FeatureGates
		metrics = lbcmetrics.NewMockCollector()
		parser  = annotations.NewSuffixAnnotationParser(annotations.AnnotationPrefixIngress)
		auth    = ingress.NewDefaultAuthConfigBuilder(parser)
		zones   = networkingpkg.NewDefaultAZInfoProvider(network, log)
		class   = settings.IngressConfig.IngressClass
		tagging = elbv2deploy.NewDefaultTaggingManager(elb, vpc, gates, rgt{}, log)
		subnets = networkingpkg.NewDefaultSubnetsResolver(zones, network, vpc, settings.ClusterName,
			gates.Enabled(config.SubnetsClusterTagCheck), gates.Enabled(config.ALBSingleSubnet),
			gates.Enabled(config.SubnetDiscoveryByReachability), log)
		backend = networkingpkg.NewBackendSGProvider(settings.ClusterName, settings.BackendSecurityGroup, vpc, network, k8s,
			settings.DefaultTags, false, log)
		groups = networkingpkg.NewDefaultSecurityGroupResolver(network, vpc)
		parts  = Parts{
			client:   k8s,
			facts:    asked.Facts,
			settings: settings.ControllerConfig,
			parser:   parser,
			auth:     auth,
			backends: ingress.NewDefaultEnhancedBackendBuilder(k8s, parser, auth,
				settings.IngressConfig.TolerateNonExistentBackendService, settings.IngressConfig.TolerateNonExistentBackendAction),
			tracking: tracking.NewDefaultProvider("ingress.k8s.aws", settings.ClusterName),
			tagging:  tagging,
			subnets:  subnets,
			backend:  backend,
			groups:   groups,
			targets:  shared_utils.NewTargetGroupNameToArnMapper(elb),
			metrics:  metrics,
		}
	)
	return Controller{
		loader: ingress.NewDefaultGroupLoader(k8s, silent, parser, ingress.NewDefaultClassLoader(k8s, true),
			ingress.NewDefaultClassAnnotationMatcher(class), class == ""),
		builder:            newBuilder(parts),
		ingresses:          networkingwebhook.NewIngressValidator(k8s, settings.IngressConfig, log, metrics),
		params:             elbv2webhook.NewIngressClassParamsValidator(metrics),
		bindings:           newBindingWebhooks(asked.Facts, k8s, metrics),
		services:           newServiceBuilder(parts),
		reconcilesServices: gates.Enabled(config.EnableServiceController),
		metrics:            metrics,
	}
}

// newServiceBuilder builds the network load balancers of Services, wired as the controller's reconciler of Services wires it.
func newServiceBuilder(p Parts) service.ModelBuilder {
	var (
		log     = logr.Discard()
		s       = p.settings
		gates   = s.FeatureGates
		network = ec2{facts: p.facts}
		parser  = annotations.NewSuffixAnnotationParser(serviceAnnotationPrefix)
		utils   = service.NewServiceUtils(parser, shared_constants.ServiceFinalizer, s.ServiceConfig.LoadBalancerClass, gates)
	)
	return service.NewDefaultModelBuilder(parser, p.subnets, networkingpkg.NewDefaultVPCInfoProvider(network, log), p.facts.VPC,
		tracking.NewDefaultProvider("service.k8s.aws", s.ClusterName), p.tagging, network, gates, s.ClusterName, s.DefaultTags,
		s.ExternalManagedTags, s.DefaultSSLPolicy, s.DefaultTargetType, s.DefaultLoadBalancerScheme,
		gates.Enabled(config.EnableIPTargetType), utils, p.backend, p.groups, s.EnableBackendSecurityGroup,
		s.EnableManageBackendSecurityGroupRules, s.DisableRestrictedSGRules, log, p.metrics,
		gates.Enabled(config.EnableTCPUDPListenerType), service.NewDefaultEnhancedBackendBuilder(p.client, parser, log))
}

// Settings are those of the controller, and of the chart that it came by.
type Settings struct {
	config.ControllerConfig
	// TakesNewServices says whether the chart has the webhook see each new Service.
	TakesNewServices bool
}

// newSettings are the controller's own defaults, with what the case says instead.
func newSettings(asked Case) (Settings, error) {
	settings, err := readSettings(asked.Controller)
	if err != nil {
		return settings, err
	}
	settings.BackendSecurityGroup = asked.Facts.BackendSecurityGroup
	return settings, settings.Validate()
}

func readSettings(asked map[string]json.RawMessage) (Settings, error) {
	settings := Settings{ControllerConfig: config.ControllerConfig{
		AWSConfig:    aws.CloudConfig{ThrottleConfig: throttle.NewDefaultServiceOperationsThrottleConfig()},
		FeatureGates: config.NewFeatureGates(),
	}}
	settings.BindFlags(pflag.NewFlagSet("", pflag.ContinueOnError))
	settings.ClusterName = "prod"
	var gates map[string]bool
	known := map[string]any{
		"clusterName":                           &settings.ClusterName,
		"defaultTargetType":                     &settings.DefaultTargetType,
		"defaultLoadBalancerScheme":             &settings.DefaultLoadBalancerScheme,
		"defaultSSLPolicy":                      &settings.DefaultSSLPolicy,
		"defaultTags":                           &settings.DefaultTags,
		"externalManagedTags":                   &settings.ExternalManagedTags,
		"featureGates":                          &gates,
		"tolerateNonExistentBackendService":     &settings.IngressConfig.TolerateNonExistentBackendService,
		"tolerateNonExistentBackendAction":      &settings.IngressConfig.TolerateNonExistentBackendAction,
		"enableBackendSecurityGroup":            &settings.EnableBackendSecurityGroup,
		"enableManageBackendSecurityGroupRules": &settings.EnableManageBackendSecurityGroupRules,
		"disableRestrictedSecurityGroupRules":   &settings.DisableRestrictedSGRules,
		"enableServiceMutatorWebhook":           &settings.TakesNewServices,
		"loadBalancerClass":                     &settings.ServiceConfig.LoadBalancerClass,
		"ingressClass":                          &settings.IngressConfig.IngressClass,
		"disableIngressClassAnnotation":         &settings.IngressConfig.DisableIngressClassAnnotation,
		"disableIngressGroupNameAnnotation":     &settings.IngressConfig.DisableIngressGroupNameAnnotation,
		"allowedCertificateAuthorityARNs":       &settings.IngressConfig.AllowedCertificateAuthorityARNs,
	}
	for name, at := range youngerSettings(&settings.ControllerConfig) {
		known[name] = at
	}
	for _, name := range sorted(asked) {
		at, ok := known[name]
		if !ok {
			return settings, fmt.Errorf("unknown setting of the controller: %s", name)
		}
		if err := json.Unmarshal(asked[name], at); err != nil {
			return settings, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, gate := range sorted(gates) {
		if !gates[gate] && youngerGates[gate] {
			continue
		}
		if err := settings.FeatureGates.(pflag.Value).Set(fmt.Sprintf("%s=%t", gate, gates[gate])); err != nil {
			return settings, err
		}
	}
	return settings, nil
}
