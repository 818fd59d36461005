//! A small business to test with: products, customers and orders, written as plainly as possible.

use crate::{TestDatabase, day};
use chrono::{DateTime, NaiveTime, Utc};
use kernel::TenantTx;
use model::id::{CustomerId, OrderId, ProductId, TenantId, VariantId};
use model::money::Currency;
use rust_decimal::Decimal;
use sqlx::query;

/// A tenant in the database.
#[derive(Clone, Copy, Debug)]
pub struct Shop<'d> {
    pub database: &'d TestDatabase,
    pub tenant: TenantId,
}

/// A product with its one variant.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    pub product: ProductId,
    pub variant: VariantId,
}

impl<'d> Shop<'d> {
    /// Opens a business that counts in pounds and in UTC.
    pub async fn open(database: &'d TestDatabase, name: &str) -> Self {
        let ids = database.application.ids();
        let tenant = TenantId::from(ids.at(crate::time(crate::NOON)));
        let mut tx = database.application.begin(tenant).await.unwrap();
        let business = identity::business::OpenBusiness {
            name: name.to_owned(),
            currency: Currency::GBP,
            time_zone: "UTC".to_owned(),
        };
        identity::business::open(&mut tx, &crate::tester(), &business).await.unwrap();
        tx.commit().await.unwrap();
        Self { database, tenant }
    }

    /// A transaction of the tenant.
    pub async fn begin(&self) -> TenantTx {
        self.database.application.begin(self.tenant).await.unwrap()
    }

    /// Goods under a category of that name, which is made when it is new.
    pub async fn product(&self, sku: &str, category: &str) -> Product {
        let mut tx = self.begin().await;
        let (tenant, now) = (self.tenant.uuid(), tx.now());
        let (category_id, product, variant) = (tx.ids().at(now), tx.new_id::<ProductId>(), tx.new_id::<VariantId>());
        query(
            "INSERT INTO categories (tenant_id, id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(category_id)
        .bind(category)
        .bind(now)
        .execute(tx.conn())
        .await
        .unwrap();
        query(
            "INSERT INTO products (tenant_id, id, category_id, kind, status, name, created_at, updated_at)
               SELECT $1, $2, id, 'goods', 'active', $3, $5, $5 FROM categories WHERE tenant_id = $1 AND name = $4",
        )
        .bind(tenant)
        .bind(product.uuid())
        .bind(format!("Product {sku}"))
        .bind(category)
        .bind(now)
        .execute(tx.conn())
        .await
        .unwrap();
        query("INSERT INTO variants (tenant_id, id, product_id, sku, price, created_at, updated_at) VALUES ($1, $2, $3, $4, 1, $5, $5)")
            .bind(tenant).bind(variant.uuid()).bind(product.uuid()).bind(sku).bind(now).execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
        Product { product, variant }
    }

    /// A customer with that number.
    pub async fn customer(&self, number: &str) -> CustomerId {
        let mut tx = self.begin().await;
        let (tenant, now, id) = (self.tenant.uuid(), tx.now(), tx.new_id::<CustomerId>());
        query("INSERT INTO customers (tenant_id, id, number, name, country, created_at, updated_at) VALUES ($1, $2, $3, $4, 'GB', $5, $5)")
            .bind(tenant).bind(id.uuid()).bind(number).bind(format!("Customer {number}")).bind(now)
            .execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// An order to be written: a delivered sale in the web shop, until it is said otherwise.
    #[must_use]
    pub fn order(&self, date: &str) -> OrderBuilder<'d> {
        OrderBuilder {
            shop: *self,
            placed_at: day(date).and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12),
            kind: "sale",
            status: "delivered",
            channel: "web",
            country: "GB",
            customer: None,
            lines: Vec::new(),
        }
    }

    /// Restates what is dirty. Returns how many days that were.
    pub async fn restate(&self) -> u64 {
        analytics::restate::restate_all(&self.database.worker, self.tenant, |_| ()).await.unwrap()
    }
}

/// An order to be written.
#[derive(Clone, Debug)]
pub struct OrderBuilder<'d> {
    shop: Shop<'d>,
    placed_at: DateTime<Utc>,
    kind: &'static str,
    status: &'static str,
    channel: &'static str,
    country: &'static str,
    customer: Option<CustomerId>,
    lines: Vec<(Product, i64, Decimal)>,
}

impl OrderBuilder<'_> {
    #[must_use]
    pub fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    #[must_use]
    pub fn status(self, status: &'static str) -> Self {
        Self { status, ..self }
    }

    #[must_use]
    pub fn channel(self, channel: &'static str) -> Self {
        Self { channel, ..self }
    }

    #[must_use]
    pub fn country(self, country: &'static str) -> Self {
        Self { country, ..self }
    }

    #[must_use]
    pub fn customer(self, customer: CustomerId) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// So many of it at that price.
    #[must_use]
    pub fn line(mut self, product: Product, quantity: i64, price: &str) -> Self {
        self.lines.push((product, quantity, price.parse().unwrap()));
        self
    }

    /// Writes it and commits.
    pub async fn save(self) -> OrderId {
        let mut tx = self.shop.begin().await;
        let id = self.save_in(&mut tx).await;
        tx.commit().await.unwrap();
        id
    }

    /// Writes it and leaves the commit to the caller.
    pub async fn save_in(&self, tx: &mut TenantTx) -> OrderId {
        let (tenant, id) = (self.shop.tenant.uuid(), OrderId::from(tx.ids().at(self.placed_at)));
        let net: Decimal = self.lines.iter().map(|(_, quantity, price)| Decimal::from(*quantity) * price).sum();
        query("INSERT INTO orders (tenant_id, id, number, kind, status, channel, customer_id, country, currency, net_amount, tax_amount,
                                   placed_at, business_day, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'GBP', $9, 0, $10, $11, $10, $10)")
            .bind(tenant).bind(id.uuid()).bind(id.uuid().simple().to_string()).bind(self.kind).bind(self.status).bind(self.channel)
            .bind(self.customer.map(CustomerId::uuid)).bind(self.country).bind(net).bind(self.placed_at)
            .bind(self.placed_at.date_naive())
            .execute(tx.conn()).await.unwrap();
        for (position, (product, quantity, price)) in self.lines.iter().enumerate() {
            let line = tx.ids().at(self.placed_at);
            query("INSERT INTO order_lines (tenant_id, id, order_id, position, variant_id, description, quantity, unit_price, net_amount)
                   VALUES ($1, $2, $3, $4, $5, 'line', $6, $7, $6 * $7)")
                .bind(tenant).bind(line).bind(id.uuid()).bind(i32::try_from(position).unwrap()).bind(product.variant.uuid())
                .bind(Decimal::from(*quantity)).bind(price)
                .execute(tx.conn()).await.unwrap();
        }
        id
    }
}
