"""An app that uses all words, for the tools that judge templates and Kubernetes objects."""

from __future__ import annotations

from datetime import timedelta

from aws_cdk import CfnOutput

from eks_ingress import (
    ContentType,
    Exact,
    FixedResponse,
    HealthCheck,
    Listener,
    Pattern,
    Protocol,
    Redirect,
    Scheme,
    Service,
    TargetType,
)
from tests.synth.apps import Shop

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def everything() -> Shop:
    shop = Shop()
    public = shop.ingress.add_load_balancer(
        "PublicApi",
        namespace="shop",
        scheme=Scheme.INTERNET_FACING,
        listeners=[
            Listener.redirect_to_https(),
            Listener.https(certificates=[CERTIFICATE]),
            Listener.https(8443, certificates=[CERTIFICATE]),
        ],
        health_check=HealthCheck(
            path="/healthz",
            port=8080,
            protocol=Protocol.HTTPS,
            interval=timedelta(seconds=30),
            timeout=timedelta(seconds=10),
            healthy_threshold=3,
            unhealthy_threshold=4,
            success_codes="200-299,404",
        ),
    )
    public.add_route("/", Service("storefront", "http"))
    public.add_route("*.example.com/", Service("storefront", 80))
    public.add_route(Exact("shop.example.com/login"), Service("login", 8080, target_type=TargetType.INSTANCE))
    public.add_route("shop.example.com/api", Service("api", 8080, health_check=HealthCheck(path="/up")))
    public.add_route(Pattern("shop.example.com/img/*.png"), Service("images", 80))
    public.add_route("old.example.com/", Redirect(host="shop.example.com", path="/from/#{path}", query="", status_code=302))
    public.add_route("/secure", Redirect(protocol=Protocol.HTTPS, port=8443))
    public.add_route("/teapot", FixedResponse(418, '{"short": "and <stout> ü"}', ContentType.JSON))
    CfnOutput(shop.stack, "Address", value=public.dns_name)
    internal = shop.ingress.add_load_balancer("Internal", namespace="back-office")
    internal.add_route("/", Service("reports", 80))
    return shop
